"""The look of every document: an A4 page, real styles, one list of numbers that the heading styles carry.

Word shows these styles under their own names: a lawyer who edits a template changes the look in one place.
"""

from docx import Document
from docx.document import Document as WordDocument
from docx.oxml import parse_xml
from docx.shared import Cm

FONT = "Calibri"
INK, ACCENT, WARNING, QUIET, RULE, TINT = "24303A", "1F4E5F", "8A2B2B", "5B6B75", "C3D0D5", "EAF1F3"
TEXT_WIDTH = Cm(16.6)
_NAMESPACE = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
_LANGUAGES = {"en": "en-GB"}
_STALE = ("stylesWithEffects", "thumbnail", "customXml", "webSettings", "extended-properties")


def blank_document(language: str) -> WordDocument:
    """A document with the page and the styles and no text."""
    document = Document()
    document._body.clear_content()  # noqa: SLF001 - the only way to empty python-docx's own default
    part = document.part
    part.numbering_part._element = parse_xml(_numbering())  # noqa: SLF001
    part._styles_part._element = parse_xml(_styles(_LANGUAGES.get(language, language)))  # noqa: SLF001
    for relations in (part.rels, part.package.rels):
        for key in [
            key for key, relation in relations.items() if relation.reltype.rsplit("/", 1)[-1] in _STALE
        ]:
            del relations[key]
    section = document.sections[0]
    section.page_width, section.page_height = Cm(21), Cm(29.7)
    section.left_margin = section.right_margin = Cm(2.2)
    section.top_margin, section.bottom_margin = Cm(2.8), Cm(2.2)
    section.header_distance, section.footer_distance = Cm(1.1), Cm(0.9)
    return document


def _style(
    name: str,
    *,
    based_on: str = "Normal",
    following: str = "",
    paragraph: str = "",
    run: str = "",
    kind: str = "paragraph",
) -> str:
    key = name.replace(" ", "")
    default = ' w:default="1"' if name == "Normal" else ""
    based = "" if name == "Normal" else f'<w:basedOn w:val="{based_on}"/>'
    after = f'<w:next w:val="{following}"/>' if following else ""
    return (
        f'<w:style w:type="{kind}"{default} w:styleId="{key}"><w:name w:val="{_built_in(name)}"/>'
        f"{based}{after}<w:qFormat/><w:pPr>{paragraph}</w:pPr><w:rPr>{run}</w:rPr></w:style>"
    )


def _built_in(name: str) -> str:
    """Word writes the names of its own styles in small letters."""
    return name.lower() if name.startswith("Heading") or name in {"Header", "Footer"} else name


def _space(before: int, after: int, line: int = 276) -> str:
    return f'<w:spacing w:before="{before}" w:after="{after}" w:line="{line}" w:lineRule="auto"/>'


def _run(size: float, colour: str = INK, *, bold: bool = False, italic: bool = False) -> str:
    half = round(size * 2)
    return (
        ("<w:b/>" if bold else "")
        + ("<w:i/>" if italic else "")
        + f'<w:color w:val="{colour}"/><w:sz w:val="{half}"/><w:szCs w:val="{half}"/>'
    )


def _list(list_id: int, level: int) -> str:
    return f'<w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="{list_id}"/></w:numPr>'


def _edge(side: str, colour: str, size: int = 6, space: int = 4) -> str:
    return f'<w:{side} w:val="single" w:sz="{size}" w:space="{space}" w:color="{colour}"/>'


_LINES = "".join(_edge(side, RULE, 4, 0) for side in ("top", "bottom", "insideH"))
_OTHER_STYLES = f"""
<w:style w:type="character" w:customStyle="1" w:styleId="Classification"><w:name w:val="Classification"/>
  <w:rPr><w:b/><w:color w:val="{WARNING}"/></w:rPr></w:style>
<w:style w:type="character" w:customStyle="1" w:styleId="Status"><w:name w:val="Status"/>
  <w:rPr><w:b/><w:color w:val="{ACCENT}"/></w:rPr></w:style>
<w:style w:type="table" w:default="1" w:styleId="TableNormal"><w:name w:val="Normal Table"/>
  <w:uiPriority w:val="99"/><w:semiHidden/><w:unhideWhenUsed/>
  <w:tblPr><w:tblInd w:w="0" w:type="dxa"/><w:tblCellMar>
    <w:top w:w="0" w:type="dxa"/><w:left w:w="108" w:type="dxa"/>
    <w:bottom w:w="0" w:type="dxa"/><w:right w:w="108" w:type="dxa"/></w:tblCellMar></w:tblPr></w:style>
<w:style w:type="table" w:customStyle="1" w:styleId="Lines"><w:name w:val="Lines"/>
  <w:basedOn w:val="TableNormal"/><w:tblPr><w:tblBorders>{_LINES}</w:tblBorders><w:tblCellMar>
    <w:top w:w="40" w:type="dxa"/><w:left w:w="85" w:type="dxa"/>
    <w:bottom w:w="40" w:type="dxa"/><w:right w:w="85" w:type="dxa"/></w:tblCellMar></w:tblPr>
  <w:tblStylePr w:type="firstRow"><w:tcPr>
    <w:shd w:val="clear" w:color="auto" w:fill="{TINT}"/></w:tcPr></w:tblStylePr></w:style>
<w:style w:type="table" w:customStyle="1" w:styleId="Facts"><w:name w:val="Facts"/>
  <w:basedOn w:val="TableNormal"/><w:tblPr><w:tblBorders>{_LINES}</w:tblBorders><w:tblCellMar>
    <w:left w:w="85" w:type="dxa"/><w:right w:w="85" w:type="dxa"/></w:tblCellMar></w:tblPr></w:style>
<w:style w:type="table" w:customStyle="1" w:styleId="Signatures"><w:name w:val="Signatures"/>
  <w:basedOn w:val="TableNormal"/></w:style>
"""


def _styles(language: str) -> str:
    keep = "<w:keepNext/><w:keepLines/>"
    right_tab = f'<w:tabs><w:tab w:val="right" w:pos="{TEXT_WIDTH.twips}"/></w:tabs>'
    styles = [
        _style("Normal", paragraph=_space(0, 120), run=_run(10.5)),
        _style(
            "Title",
            following="Subtitle",
            paragraph=keep + _space(0, 60, 240),
            run=_run(22, ACCENT, bold=True),
        ),
        _style("Subtitle", following="Normal", paragraph=keep + _space(0, 160), run=_run(12, QUIET)),
        _style(
            "Purpose",
            paragraph="<w:keepLines/><w:pBdr>" + _edge("left", ACCENT, 18, 10) + "</w:pBdr>"
            f'<w:shd w:val="clear" w:color="auto" w:fill="{TINT}"/>'
            + _space(60, 240)
            + '<w:ind w:left="227"/>',
            run=_run(10, ACCENT, italic=True),
        ),
        _style(
            "Heading 1",
            following="Normal",
            paragraph=keep
            + _list(1, 0)
            + "<w:pBdr>"
            + _edge("bottom", RULE)
            + "</w:pBdr>"
            + _space(400, 140, 240)
            + '<w:outlineLvl w:val="0"/>',
            run=_run(15, ACCENT, bold=True),
        ),
        _style(
            "Heading 2",
            following="ClauseParagraph",
            paragraph=keep + _list(1, 1) + _space(260, 80, 252) + '<w:outlineLvl w:val="1"/>',
            run=_run(11.5, INK, bold=True),
        ),
        _style(
            "Section",
            following="Normal",
            paragraph=keep + _space(240, 80, 252) + '<w:outlineLvl w:val="0"/>',
            run=_run(13, ACCENT, bold=True),
        ),
        _style("Clause Paragraph", paragraph=_list(1, 2) + _space(0, 100)),
        _style("List Bullet", paragraph=_list(2, 0) + _space(0, 60)),
        _style(
            "Label",
            paragraph=keep + _space(100, 20, 252) + '<w:ind w:left="680"/>',
            run=_run(9, ACCENT, bold=True),
        ),
        _style("Item Text", paragraph=_space(0, 80) + '<w:ind w:left="680"/>'),
        _style(
            "Note",
            paragraph="<w:pBdr>"
            + _edge("left", WARNING, 12, 8)
            + "</w:pBdr>"
            + _space(60, 160)
            + '<w:ind w:left="850"/>',
            run=_run(9.5, WARNING, italic=True),
        ),
        _style("Large", paragraph=_space(0, 80), run=_run(14, INK, bold=True)),
        _style("Table Text", paragraph=_space(30, 30, 252), run=_run(9.5)),
        _style("Table Label", based_on="TableText", run=_run(9, QUIET)),
        _style("Table Head", based_on="TableText", paragraph="<w:keepNext/>", run=_run(9, ACCENT, bold=True)),
        _style("Party", paragraph=keep + _space(120, 60, 252), run=_run(10.5, bold=True)),
        _style("Signature Text", paragraph=keep + _space(90, 60, 252), run=_run(10)),
        _style(
            "End",  # as small as a line can be, so that it never opens a page of its own
            paragraph='<w:spacing w:before="0" w:after="0" w:line="20" w:lineRule="exact"/>',
            run=_run(1),
        ),
        _style("Spacer", paragraph=_space(0, 0, 240), run=_run(5)),
        _style(
            "Header",
            paragraph="<w:pBdr>" + _edge("bottom", RULE) + "</w:pBdr>" + right_tab + _space(0, 0, 240),
            run=_run(8.5, QUIET),
        ),
        _style(
            "Footer",
            paragraph="<w:pBdr>" + _edge("top", RULE) + "</w:pBdr>" + right_tab + _space(0, 0, 240),
            run=_run(8, QUIET),
        ),
    ]
    fonts = f'<w:rFonts w:ascii="{FONT}" w:hAnsi="{FONT}" w:eastAsia="{FONT}" w:cs="{FONT}"/>'
    return (
        f"<w:styles {_NAMESPACE}><w:docDefaults><w:rPrDefault><w:rPr>{fonts}"
        f'<w:sz w:val="21"/><w:szCs w:val="21"/><w:lang w:val="{language}" w:eastAsia="{language}"'
        f' w:bidi="ar-SA"/></w:rPr></w:rPrDefault><w:pPrDefault/></w:docDefaults>'
        f"{''.join(styles)}{_OTHER_STYLES}</w:styles>"
    )


def _level(index: int, shown: str, style: str, left: int, hanging: int, *, bullet: bool = False) -> str:
    kind = "bullet" if bullet else "decimal"
    colour = f'<w:rPr><w:color w:val="{ACCENT}"/></w:rPr>' if bullet else ""
    linked = f'<w:pStyle w:val="{style}"/>' if style else ""
    return (
        f'<w:lvl w:ilvl="{index}"><w:start w:val="1"/><w:numFmt w:val="{kind}"/>{linked}'
        f'<w:lvlText w:val="{shown}"/><w:lvlJc w:val="left"/>'
        f'<w:pPr><w:tabs><w:tab w:val="num" w:pos="{left}"/></w:tabs>'
        f'<w:ind w:left="{left}" w:hanging="{hanging}"/></w:pPr>{colour}</w:lvl>'
    )


def _numbering() -> str:
    headings = (
        _level(0, "%1", "Heading1", 680, 680)
        + _level(1, "%1.%2", "Heading2", 680, 680)
        + _level(2, "(%3)", "ClauseParagraph", 680, 680)
    )
    bullets = _level(0, "•", "ListBullet", 1020, 340, bullet=True)
    return (
        f"<w:numbering {_NAMESPACE}>"
        f'<w:abstractNum w:abstractNumId="1"><w:multiLevelType w:val="multilevel"/>{headings}</w:abstractNum>'
        f'<w:abstractNum w:abstractNumId="2"><w:multiLevelType w:val="hybridMultilevel"/>{bullets}'
        "</w:abstractNum>"
        '<w:num w:numId="1"><w:abstractNumId w:val="1"/></w:num>'
        '<w:num w:numId="2"><w:abstractNumId w:val="2"/></w:num></w:numbering>'
    )
