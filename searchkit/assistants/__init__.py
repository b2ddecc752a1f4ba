"""The server for assistants (Model Context Protocol): five tools that read an index and change nothing.

    from searchkit.assistants.tools import call

A call goes through `arguments` (what may be asked), is answered by a tool (`lists`, `reading`, `sources`,
`overview`) within its `budget`, with the text of articles cleaned and fenced (`fencing`), and is sent by `server`.
"""
