"""Restrictions of a process, and nothing else: Landlock, seccomp, namespaces, resource limits."""
