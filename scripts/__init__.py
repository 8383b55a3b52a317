"""What runs before there is an environment: on any Python from 3.9, with the standard library alone."""
