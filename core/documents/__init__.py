"""Documents: a clause filled in, a Word file laid out, one file a kind, and who may receive it.

    kinds.py            the table of document kinds and their recipients; `check` refuses every other pair
    text.py             typed text made safe for Word without loss
    word.py             a template filled in: strict, sandboxed, nothing typed can become layout
    read.py             a Word file read back as lines, with the numbers that Word would show
    clause.py           the text of one clause: heading, paragraphs, bullets, placeholders
    agreement.py        both kinds of agreement: layout, preview text, Word file
    agreement_draft.py  which clauses a draft has, what is asked, missing and contested
    minutes.py, invitation.py, action_plan.py, emergency_sheet.py, phase_1_record.py, talk_record.py,
    person_copy.py, breach_report.py
    frame.py            what every document carries: purpose, classification, who printed it
    build.py            makes the template files: `python -m core.documents.build`
    bodies.py, page.py, styles.py    what stands in each template, its shapes, and its look

Nothing here knows the database. Each builder takes a frozen dataclass of plain values, the recipient, and the
words of the document's language, and gives the bytes of a .docx file.
"""
