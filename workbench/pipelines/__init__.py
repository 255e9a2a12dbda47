"""Where two stores meet, and nowhere else."""
