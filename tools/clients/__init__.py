"""What the clients have from the declarations of the server."""
