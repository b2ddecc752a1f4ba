"""What the project survives: each module proves some promises of docs/reliability.md, by trying and counting."""
