"""A line of help for each resource of the client: to list them loads neither the client nor the declarations."""

# Made by `make generate` from src/closum/resources: change it there.

SUMMARIES = {
    "lead": "Leads: list, create, get, update, patch, delete, restore, import, export, batch, patch-many, delete-many, merge, history, duplicates, dismiss-duplicates, stages.",
    "city": "Cities: list, get.",
    "email": "Emails: list, create, get, update, patch, delete, restore, export, history.",
    "phone": "Phones: list, create, get, update, patch, delete, restore, export, history.",
    "note": "Notes: list, create, get, update, patch, delete, restore, export, history.",
    "task": "Tasks: list, create, get, update, patch, delete, restore, export, history.",
    "contact-lifecycle-stage": "Contact lifecycle stages: list, create, get, update, patch, delete, restore, export, history.",
    "contact-type": "Contact types: list, create, get, update, patch, delete, restore, export, history.",
    "unqualified-lead": "Unqualified leads: list, create, get, update, patch, delete, restore, export, batch, patch-many, delete-many, history.",
    "audience-list": "Audience lists: list, create, get, update, patch, delete, restore, export, history.",
    "lead-audience-list": "Lead audience lists: list, create, get, delete, restore, export, history.",
    "assignment-rule": "Assignment rules: list, create, get, update, patch, delete, restore, export, history.",
    "consent": "Consents: list, create, get, export, history.",
    "unqualified-lead-consent": "Unqualified lead consents: list, create, get, export, history.",
    "account": "Account: show, set, patch.",
}
