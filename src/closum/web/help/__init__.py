"""Help beside what surprises: short texts, which are files of Markdown, and their pages."""
