"""What a reviewer can do: the use cases. No Qt, no SQL, no PDF."""
