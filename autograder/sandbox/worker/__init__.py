"""What runs beside a student's code, with no secret in it: `python -m` starts the zygote."""
