"""Pushes to GitHub, graded in the course's own repository: what the commands are made of.

A student's repository holds no secret and no runner, and nothing in it decides a grade. What is
read from it is a commit's files; what is written to it is a check run. The grade of record is the
ledger in the grader's repository.
"""
