"""Files of the formats, as small as they can be."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping, Sequence
from typing import Any

from searchkit.articles.read import read_article
from searchkit.model import Article

CONTAINER = '<container><rootfiles><rootfile full-path="OEBPS/content.opf"/></rootfiles></container>'
PROPERTIES = (
    '<cp:coreProperties xmlns:cp="c" xmlns:dc="d" xmlns:dcterms="t"><dc:title>{title}</dc:title>'
    "<dc:creator>李四</dc:creator><cp:keywords>读书, 写作</cp:keywords>"
    "<dcterms:created>2024-05-14T10:26:42Z</dcterms:created></cp:coreProperties>"
)
WORD = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'


def read(data: bytes | str, name: str) -> Article:
    return read_article(data.encode("utf-8") if isinstance(data, str) else data, name).article


def recovered(data: bytes | str, name: str) -> str:
    problem = read_article(data.encode("utf-8") if isinstance(data, str) else data, name).recovered
    return problem.reason if problem else ""


def zipped(parts: Mapping[str, str | bytes]) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, data in parts.items():
            packed.writestr(name, data)
    return file.getvalue()


def book(
    chapters: Mapping[str, str], metadata: str = "<dc:title>萤火虫之书</dc:title>", items: str = "", **more: Any
) -> bytes:
    """An EPUB with *chapters* by name in this order; the text of each is XHTML."""
    listed = "".join(
        f'<item id="c{n}" href="{name}" media-type="application/xhtml+xml"/>' for n, name in enumerate(chapters)
    )
    spine = "".join(f'<itemref idref="c{n}"/>' for n in range(len(chapters)))
    package = (
        '<?xml version="1.0"?><package xmlns="http://www.idpf.org/2007/opf" xmlns:dc="http://purl.org/dc/elements/1.1/">'
        f"<metadata>{metadata}</metadata><manifest>{listed}{items}</manifest>"
        f"<spine>{spine}</spine></package>"
    )
    parts: dict[str, str | bytes] = {"META-INF/container.xml": CONTAINER, "OEBPS/content.opf": package}
    return zipped(parts | {f"OEBPS/{name}": text for name, text in chapters.items() if text} | more)


def chapter(*paragraphs: str) -> str:
    inner = "".join(f"<p>{text}</p>" for text in paragraphs)
    return f'<?xml version="1.0" encoding="utf-8"?><html><head><title>章</title></head><body>{inner}</body></html>'


def paragraph(text: str, style: str = "") -> str:
    look = f'<w:pPr><w:pStyle w:val="{style}"/></w:pPr>' if style else ""
    return f"<w:p>{look}<w:r><w:t>{text}</w:t></w:r></w:p>"


def document(*blocks: str, title: str = "", **more: str | bytes) -> bytes:
    """A DOCX with *blocks* of its own XML."""
    relation = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument"
    parts: dict[str, str | bytes] = {
        "[Content_Types].xml": '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>',
        "_rels/.rels": '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        f'<Relationship Id="r1" Type="{relation}" Target="word/document.xml"/></Relationships>',
        "word/document.xml": f"<w:document {WORD}><w:body>{''.join(blocks)}</w:body></w:document>",
        "docProps/core.xml": PROPERTIES.format(title=title),
    }
    return zipped(parts | more)


def pdf(pages: Sequence[Sequence[str]], info: str = "", *, unicode_map: bool = True, trailer: str = "") -> bytes:
    """A PDF whose *pages* have these lines. Its font is not in it, as in files of old Chinese programs; what its
    codes mean is said by a map or, without one, by the name of their encoding only."""
    fonts = (
        "<< /Type /Font /Subtype /Type0 /BaseFont /SimSun /Encoding /UniGB-UCS2-H /DescendantFonts [4 0 R]"
        f"{' /ToUnicode 5 0 R' if unicode_map else ''} >>",
        "<< /Type /Font /Subtype /CIDFontType0 /BaseFont /SimSun /CIDSystemInfo "
        "<< /Registry (Adobe) /Ordering (GB1) /Supplement 2 >> /DW 1000 >>",
        _stream(
            "/CIDInit /ProcSet findresource begin begincmap /CMapName /A def 1 begincodespacerange <0000> <ffff> "
            "endcodespacerange 1 beginbfrange <0000> <ffff> <0000> endbfrange endcmap end"
        ),
    )
    kids = " ".join(f"{6 + 2 * n} 0 R" for n in range(len(pages)))
    objects = [
        "<< /Type /Catalog /Pages 2 0 R >>",
        f"<< /Type /Pages /Kids [{kids}] /Count {len(pages)} >>",
        *fonts,
    ]
    for n, lines in enumerate(pages):
        shown = " ".join(f"<{line.encode('utf-16-be').hex()}> Tj 0 -24 Td" for line in lines)
        objects += [
            "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 900 800] /Resources << /Font << /F 3 0 R >> >> "
            f"/Contents {7 + 2 * n} 0 R >>",
            _stream(f"BT /F 12 Tf 50 750 Td {shown} ET"),
        ]
    objects.append(f"<< {info} >>")
    return _file(objects, f"/Root 1 0 R /Info {len(objects)} 0 R {trailer}")


def _stream(text: str) -> str:
    return f"<< /Length {len(text)} >>\nstream\n{text}\nendstream"


def _file(objects: Sequence[str], trailer: str) -> bytes:
    data = b"%PDF-1.5\n"
    places = []
    for number, inner in enumerate(objects, start=1):
        places.append(len(data))
        data += f"{number} 0 obj\n{inner}\nendobj\n".encode("latin-1")
    table = "".join(f"{place:010d} 00000 n \n" for place in places)
    size = len(objects) + 1
    end = f"xref\n0 {size}\n0000000000 65535 f \n{table}trailer\n<< /Size {size} {trailer} >>\n"
    return data + f"{end}startxref\n{len(data)}\n%%EOF\n".encode()
