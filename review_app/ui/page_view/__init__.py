"""The continuous page view: layout, pictures, overlay, tools, hit testing."""
