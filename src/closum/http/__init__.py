"""What the API, the web app and the reference share of HTTP: limits, router, request, answer, identity.

api, web, reference and the layers above may import it. Begin with router.py.
"""
