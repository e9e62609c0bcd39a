"""A line of help for each resource of the client: to list them loads neither the client nor the declarations."""

# Made by `make generate` from src/closum/resources: change it there.

SUMMARIES = {
    "lead": "Leads: list, create, get, update, patch, delete, restore, import, export, batch, patch-many, delete-many, merge, history, duplicates, dismiss-duplicates.",
    "city": "Cities: list, get.",
    "email": "Emails: list, create, get, update, patch, delete, restore, export, history.",
    "phone": "Phones: list, create, get, update, patch, delete, restore, export, history.",
    "note": "Notes: list, create, get, update, patch, delete, restore, export, history.",
    "task": "Tasks: list, create, get, update, patch, delete, restore, export, history.",
    "contact-type": "Contact types: list, create, get, update, patch, delete, restore, export, history.",
    "audience-list": "Audience lists: list, create, get, update, patch, delete, restore, export, history.",
    "lead-audience-list": "Lead audience lists: list, create, get, delete, restore, export, history.",
    "account": "Account: show, set, patch.",
}
