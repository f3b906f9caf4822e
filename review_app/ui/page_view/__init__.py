"""The continuous page view."""
