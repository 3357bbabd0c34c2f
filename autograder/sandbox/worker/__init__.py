"""The code that runs beside a student's, with no secret in it: `python -m` starts the zygote."""
