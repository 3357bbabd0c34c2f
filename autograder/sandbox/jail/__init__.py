"""What only ever restricts a process: Landlock, seccomp, namespaces, resource limits."""
