"""What is true and allowed: frozen values and rules. Standard library only."""
