"""HTTP below the pages: what the API, the web app and the reference share. Begin with router.py."""
