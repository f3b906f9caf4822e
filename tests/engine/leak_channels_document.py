"""Leak channels: annotations, forms and everything that is no page. See leak_channels.py."""

# ruff: noqa: E501

from __future__ import annotations

import base64
import io
import zipfile
import zlib
from typing import Any

import pikepdf
from leak_channels import (
    AFTER,
    BASE,
    BEFORE,
    HEIGHT,
    SECRET,
    WIDTH,
    Array,
    Book,
    Dictionary,
    Name,
    X,
    case,
    frame,
    line,
    saved,
    wide,
)

Text = pikepdf.String
_XMP = (
    '<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
    '<rdf:Description rdf:about="" xmlns:pdf="http://ns.adobe.com/pdf/1.3/">'
    f"<pdf:Keywords>{SECRET}</pdf:Keywords></rdf:Description></rdf:RDF></x:xmpmeta>"
)
PLACE = (300.0, 400.0, 420.0, 430.0)


def _annot(b: Book, subtype: str, rect: tuple[float, ...] = PLACE, **entries: Any) -> Any:
    """An annotation on page 1."""
    page = b.pdf.pages[0].obj
    made = b.pdf.make_indirect(Dictionary({
        "/Type": Name.Annot, "/Subtype": Name("/" + subtype), "/Rect": Array(list(rect)), "/F": 4, "/P": page,
        **{f"/{k}": v for k, v in entries.items()},
    }))
    if "/Annots" not in page:
        page.Annots = Array()
    page.Annots.append(made)
    return made


def _look(b: Book, ops: str, width: float = 120, height: float = 30) -> Any:
    form = b.pdf.make_stream(ops.encode(), Dictionary(
        Type=Name.XObject, Subtype=Name.Form, BBox=Array([0, 0, width, height]), Resources=Dictionary(Font=Dictionary(F1=b.helvetica())),
    ))
    return Dictionary(N=form)


@case("a01_free_text", "free text annotation: Contents, RC, appearance")
def _(b: Book) -> None:
    b.standard()
    _annot(b, "FreeText", Contents=Text(f"see {SECRET}"), RC=Text(f"<body><p>{SECRET}</p></body>"), DA=Text("/Helv 10 Tf 0 g"), AP=_look(b, line(2, 10, SECRET)))


@case("a02_note_and_reply", "note with popup and reply")
def _(b: Book) -> None:
    b.standard()
    note = _annot(b, "Text", Contents=Text("who is this?"), T=Text("Reader"))
    popup = _annot(b, "Popup", Parent=note)
    note.Popup = popup
    _annot(b, "Text", Contents=Text(f"It is {SECRET}."), IRT=note, T=Text("Other"))


@case("a03_highlight", "highlight that quotes the word")
def _(b: Book) -> None:
    b.standard()
    r = (X, BASE - 3, X + wide(SECRET), BASE + 9)
    _annot(b, "Highlight", r, QuadPoints=Array([r[0], r[3], r[2], r[3], r[0], r[1], r[2], r[1]]), Contents=Text(SECRET), C=Array([1, 1, 0]))


@case("a04_stamp", "stamp whose appearance shows the word over the mark")
def _(b: Book) -> None:
    b.standard()
    _annot(b, "Stamp", (X, BASE - 3, X + 80, BASE + 11), AP=_look(b, line(0, 3, SECRET), 80, 14))


@case("a05_field", "text field: value, default, tooltip, appearance")
def _(b: Book) -> None:
    b.standard()
    field = _annot(b, "Widget", FT=Name.Tx, T=Text("name"), V=Text(SECRET), DV=Text(SECRET), TU=Text(f"such as {SECRET}"), AP=_look(b, line(2, 10, SECRET)))
    b.pdf.Root.AcroForm = Dictionary(Fields=Array([field]), DA=Text("/Helv 0 Tf 0 g"))


@case("a05_choice", "choice field with the word among its options")
def _(b: Book) -> None:
    b.standard()
    field = _annot(b, "Widget", FT=Name.Ch, T=Text("pick"), Opt=Array([Text("nobody"), Text(SECRET)]), V=Text("nobody"))
    b.pdf.Root.AcroForm = Dictionary(Fields=Array([field]))


@case("a06_xfa", "XFA packet")
def _(b: Book) -> None:
    b.standard()
    b.pdf.Root.AcroForm = Dictionary(Fields=Array(), XFA=b.pdf.make_stream(f"<xdp><data><name>{SECRET}</name></data></xdp>".encode()))


@case("a07_link", "address of a link")
def _(b: Book) -> None:
    b.standard()
    _annot(b, "Link", A=Dictionary(S=Name.URI, URI=Text(f"https://example.org/{SECRET}/file")))


@case("a08_foreign_mark", "redaction mark of another tool, not applied")
def _(b: Book) -> None:
    b.standard()
    _annot(b, "Redact", OverlayText=Text(f"was {SECRET}"), DA=Text("/Helv 8 Tf 0 g"))


@case("a09_attached_file", "file attached to a place")
def _(b: Book) -> None:
    b.standard()
    data = b.pdf.make_stream(f"name: {SECRET}".encode(), Dictionary(Type=Name.EmbeddedFile))
    _annot(b, "FileAttachment", FS=Dictionary(Type=Name.Filespec, F=Text("a.txt"), EF=Dictionary(F=data)))


@case("a10_hidden", "hidden annotation with the word in its appearance")
def _(b: Book) -> None:
    b.standard()
    made = _annot(b, "Square", AP=_look(b, line(2, 10, SECRET)))
    made.F = 2


@case("a11_line_author", "the word as the author and subject of a drawing")
def _(b: Book) -> None:
    b.standard()
    _annot(b, "Line", L=Array([300, 400, 400, 420]), T=Text(SECRET), Subj=Text(SECRET), NM=Text(SECRET))


@case("d01_outline", "bookmark")
def _(b: Book) -> None:
    b.standard()
    root = b.pdf.make_indirect(Dictionary(Type=Name.Outlines, Count=1))
    item = b.pdf.make_indirect(Dictionary(Title=Text(f"About {SECRET}"), Parent=root, Dest=Array([b.pdf.pages[0].obj, Name.Fit])))
    root.First = root.Last = item
    b.pdf.Root.Outlines = root


@case("d02_page_label", "page label")
def _(b: Book) -> None:
    b.standard()
    b.pdf.Root.PageLabels = Dictionary(Nums=Array([0, Dictionary(S=Name.D, P=Text(f"{SECRET}-"))]))


@case("d03_named_place", "named destinations, new and old")
def _(b: Book) -> None:
    b.standard()
    here = Array([b.pdf.pages[0].obj, Name.Fit])
    b.pdf.Root.Names = Dictionary(Dests=Dictionary(Names=Array([Text(f"to {SECRET}"), here])))
    b.pdf.Root.Dests = Dictionary({f"/{SECRET}": here})


@case("d04_info", "document information")
def _(b: Book) -> None:
    b.standard()
    b.pdf.docinfo["/Title"] = f"On {SECRET}"
    b.pdf.docinfo["/Keywords"] = SECRET


@case("d04_xmp", "XMP metadata")
def _(b: Book) -> None:
    b.standard()
    b.pdf.Root.Metadata = b.pdf.make_stream(_XMP.encode(), Dictionary(Type=Name.Metadata, Subtype=Name.XML))


@case("d05_private_data", "PieceInfo, private keys of catalog and page")
def _(b: Book) -> None:
    b.standard()
    b.pdf.Root["/Made"] = Dictionary(Note=Text(SECRET))
    b.pdf.pages[0].obj.PieceInfo = Dictionary(Made=Dictionary(LastModified=Text("D:2026"), Private=Dictionary(Was=Text(SECRET))))


@case("d05_page_metadata", "metadata stream of a page's font")
def _(b: Book) -> None:
    page = b.standard()
    page.Resources.Font.F1.Metadata = b.pdf.make_stream(f"<m>{SECRET}</m>".encode(), Dictionary(Type=Name.Metadata, Subtype=Name.XML))


def _attach(b: Book, data: bytes, name: str = "a.txt") -> Any:
    stream = b.pdf.make_stream(data, Dictionary(Type=Name.EmbeddedFile))
    return b.pdf.make_indirect(Dictionary(Type=Name.Filespec, F=Text(name), EF=Dictionary(F=stream)))


@case("d06_attachment", "attached file, and AF")
def _(b: Book) -> None:
    b.standard()
    file = _attach(b, f"name: {SECRET}".encode())
    b.pdf.Root.Names = Dictionary(EmbeddedFiles=Dictionary(Names=Array([Text("a.txt"), file])))
    b.pdf.Root.AF = Array([file])


@case("d06_attached_archive", "attached document of a word processor")
def _(b: Book) -> None:
    b.standard()
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/document.xml", f"<w:t>{SECRET}</w:t>" * 3)
    b.pdf.Root.Names = Dictionary(EmbeddedFiles=Dictionary(Names=Array([Text("a.docx"), _attach(b, out.getvalue(), "a.docx")])))


def _tagged(b: Book, element: dict[str, Any], parent: dict[str, Any] | None = None) -> None:
    page = b.page(
        frame() + line(72, BASE, BEFORE.rstrip()) + f"/Span <</MCID 0>> BDC {line(X, BASE, SECRET)} EMC\n" + line(X + wide(SECRET) + 4, BASE, AFTER.strip())
    )
    b.mark_word()
    root = b.pdf.make_indirect(Dictionary(Type=Name.StructTreeRoot))
    outer = b.pdf.make_indirect(Dictionary({"/Type": Name.StructElem, "/S": Name.P, "/P": root, **(parent or {})}))
    inner = b.pdf.make_indirect(Dictionary({"/Type": Name.StructElem, "/S": Name.Span, "/P": outer, "/Pg": page, "/K": 0, **element}))
    outer.K = Array([inner])
    root.K = Array([outer])
    root.ParentTree = Dictionary(Nums=Array([0, Array([inner])]))
    page.StructParents = 0
    b.pdf.Root.StructTreeRoot = root
    b.pdf.Root.MarkInfo = Dictionary(Marked=True)


case("d07_actual_text", "ActualText of the tag, the same as the text")(lambda b: _tagged(b, {"/ActualText": Text(SECRET)}))
case("d08_alt", "Alt of the tag")(lambda b: _tagged(b, {"/Alt": Text(SECRET)}))
case("d09_tag_texts", "ActualText, Alt, E and T of the tag, in other words")(
    lambda b: _tagged(b, {"/ActualText": Text(f"Mr {SECRET}"), "/Alt": Text(f"the {SECRET}"), "/E": Text(SECRET), "/T": Text(f"on {SECRET}")})
)
case("d10_parent_tag", "texts of the tag above")(
    lambda b: _tagged(b, {}, {"/ActualText": Text(BEFORE + SECRET + AFTER), "/ID": Text(SECRET), "/T": Text(SECRET)})
)


@case("d11_marked_content", "ActualText in marked content, in the stream")
def _(b: Book) -> None:
    b.special(f"/Span <</ActualText ({SECRET}) /Alt ({SECRET})>> BDC {line(X, BASE, SECRET)} EMC\n")


@case("d11_property_list", "ActualText in a property list of the resources")
def _(b: Book) -> None:
    b.special(f"/Span /MC0 BDC {line(X, BASE, SECRET)} EMC\n", Properties=Dictionary(MC0=Dictionary(ActualText=Text(SECRET))))


def _layer(b: Book, name: str = "draft", on: bool = False) -> Any:
    group = b.pdf.make_indirect(Dictionary(Type=Name.OCG, Name=Text(name)))
    default = Dictionary(ON=Array([group])) if on else Dictionary(OFF=Array([group]))
    b.pdf.Root.OCProperties = Dictionary(OCGs=Array([group]), D=default)
    return group


@case("d12_layer_under_mark", "hidden layer under the mark")
def _(b: Book) -> None:
    group = _layer(b)
    b.special(f"/OC /MC0 BDC {line(X, BASE, SECRET)} EMC\n", Properties=Dictionary(MC0=group))


@case("d12_layer_name", "name of a layer")
def _(b: Book) -> None:
    group = _layer(b, SECRET, on=True)
    b.standard("/OC /MC0 BDC 0 g 72 500 30 1 re f EMC\n", Properties=Dictionary(MC0=group))


@case("d13_hidden_layer", "hidden layer elsewhere on the page")
def _(b: Book) -> None:
    group = _layer(b)
    b.standard(f"/OC /MC0 BDC {line(72, 400, f'see {SECRET} above')} EMC\n", Properties=Dictionary(MC0=group))


@case("d13_hidden_form", "hidden form elsewhere on the page")
def _(b: Book) -> None:
    group = _layer(b)
    form = b.pdf.make_stream(line(72, 400, f"see {SECRET}").encode(), Dictionary(
        Type=Name.XObject, Subtype=Name.Form, BBox=Array([0, 0, WIDTH, HEIGHT]), OC=group, Resources=Dictionary(Font=Dictionary(F1=b.helvetica())),
    ))
    b.standard("/Fm0 Do\n", XObject=Dictionary(Fm0=form))


def _updated(b: Book, number: int, body: bytes) -> None:
    """An incremental update that replaces one object."""
    first = saved(b.pdf, object_stream_mode=pikepdf.ObjectStreamMode.disable)
    start = len(first)
    root, size = b.pdf.Root.objgen[0], 0
    with pikepdf.open(io.BytesIO(first)) as pdf:
        root, size = pdf.Root.objgen[0], int(pdf.trailer.Size)
        before = int(first[first.rindex(b"startxref") + 9 :].split()[0])
    update = b"%d 0 obj\n%s\nendobj\n" % (number, body)
    table = b"xref\n%d 1\n%010d 00000 n \n" % (number, start)
    trailer = b"trailer\n<< /Size %d /Root %d 0 R /Prev %d >>\nstartxref\n%d\n%%%%EOF\n" % (size, root, before, start + len(update))
    b.raw = first + update + table + trailer


@case("d14_revision", "earlier version: the word stands there elsewhere, too")
def _(b: Book) -> None:
    b.standard(line(72, 400, f"see {SECRET} above"))
    first = saved(b.pdf, object_stream_mode=pikepdf.ObjectStreamMode.disable)
    with pikepdf.open(io.BytesIO(first)) as pdf:
        number = pdf.pages[0].obj.Contents.objgen[0]
    data = (frame() + line(72, BASE, BEFORE + SECRET + AFTER)).encode()
    _updated(b, number, b"<< /Length %d >>\nstream\n%s\nendstream" % (len(data), data))


def _orphan(b: Book, body: bytes) -> None:
    """An object that nothing refers to, listed in the index by an update."""
    first = saved(b.pdf, object_stream_mode=pikepdf.ObjectStreamMode.disable)
    with pikepdf.open(io.BytesIO(first)) as pdf:
        number = int(pdf.trailer.Size)
        root = pdf.Root.objgen[0]
    start = first.rindex(b"xref\n", 0, first.rindex(b"startxref"))
    head, table = first[:start], first[start:]
    entry = b"%d 0 obj\n%s\nendobj\n" % (number, body)
    rows = table[: table.index(b"trailer")].split(b"\n", 2)
    listed = b"xref\n0 %d\n%s%010d 00000 n \n" % (number + 1, rows[2], start)
    b.raw = head + entry + listed + b"trailer\n<< /Size %d /Root %d 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (number + 1, root, start + len(entry))


@case("d15_orphan_stream", "stream that nothing refers to")
def _(b: Book) -> None:
    b.standard()
    data = zlib.compress(line(72, 400, SECRET).encode())
    _orphan(b, b"<< /Length %d /Filter /FlateDecode >>\nstream\n%s\nendstream" % (len(data), data))


@case("d15_orphan_object", "dictionary that nothing refers to")
def _(b: Book) -> None:
    b.standard()
    _orphan(b, b"<< /Was (%s) >>" % SECRET.encode())


@case("d16_object_stream", "object in an object stream, reached from the catalog")
def _(b: Book) -> None:
    b.standard()
    b.pdf.Root["/Made"] = b.pdf.make_indirect(Dictionary(Was=Text(SECRET)))
    b.raw = saved(b.pdf, object_stream_mode=pikepdf.ObjectStreamMode.generate)


@case("d17_script_open", "script that runs when the file is opened")
def _(b: Book) -> None:
    b.standard()
    b.pdf.Root.OpenAction = Dictionary(S=Name.JavaScript, JS=Text(f"var was = '{SECRET}';"))


@case("d17_script_names", "script in the name tree and on the page")
def _(b: Book) -> None:
    b.standard()
    script = Dictionary(S=Name.JavaScript, JS=b.pdf.make_stream(f"var was = '{SECRET}';".encode()))
    b.pdf.Root.Names = Dictionary(JavaScript=Dictionary(Names=Array([Text("start"), b.pdf.make_indirect(script)])))
    b.pdf.pages[0].obj.AA = Dictionary(O=script)


@case("d18_threads", "article thread")
def _(b: Book) -> None:
    b.standard()
    b.pdf.Root.Threads = Array([b.pdf.make_indirect(Dictionary(Type=Name.Thread, I=Dictionary(Title=Text(SECRET))))])


@case("d19_signature", "signature: name and reason")
def _(b: Book) -> None:
    b.standard()
    value = b.pdf.make_indirect(Dictionary(Type=Name.Sig, Filter=Name("/Adobe.PPKLite"), SubFilter=Name("/adbe.pkcs7.detached"), Name=Text(SECRET), Reason=Text(f"for {SECRET}"), Contents=Text(b"\0" * 64), ByteRange=Array([0, 0, 0, 0])))
    field = _annot(b, "Widget", (0, 0, 0, 0), FT=Name.Sig, T=Text("sig"), V=value)
    b.pdf.Root.AcroForm = Dictionary(Fields=Array([field]), SigFlags=3)


@case("d20_encrypted", "encrypted, opens with a password")
def _(b: Book) -> None:
    b.standard()
    b.password = "user"
    b.raw = saved(b.pdf, encryption=pikepdf.Encryption(owner="owner", user="user"))


@case("d21_owner_only", "encrypted, opens without a password")
def _(b: Book) -> None:
    b.standard()
    b.pdf.docinfo["/Title"] = SECRET
    b.raw = saved(b.pdf, encryption=pikepdf.Encryption(owner="owner", user=""))


@case("d22_behind_end", "bytes behind the end of the file")
def _(b: Book) -> None:
    b.standard()
    b.raw = saved(b.pdf) + f"\n% was {SECRET}\n".encode()


@case("d23_between_objects", "comment between two objects")
def _(b: Book) -> None:
    b.standard()
    data = saved(b.pdf, object_stream_mode=pikepdf.ObjectStreamMode.disable)
    start = data.rindex(b"xref\n", 0, data.rindex(b"startxref"))
    comment = f"% was {SECRET}\n".encode()
    end = data.rindex(b"startxref")
    b.raw = data[:start] + comment + data[start:end] + b"startxref\n%d\n%%%%EOF\n" % (start + len(comment))


@case("d24_font_name", "name of a font")
def _(b: Book) -> None:
    page = b.standard()
    page.Resources.Font.F9 = b.pdf.make_indirect(Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name(f"/{SECRET}-Bold")))


@case("d25_utf16", "UTF-16 and base64 in a private stream")
def _(b: Book) -> None:
    b.standard()
    data = SECRET.encode("utf-16-le") + b"\n" + base64.b64encode(f"..{SECRET}..".encode())
    b.pdf.Root["/Made"] = b.pdf.make_stream(data)


@case("d26_reversed_hex", "reversed and hexadecimal in a private stream")
def _(b: Book) -> None:
    b.standard()
    b.pdf.Root["/Made"] = b.pdf.make_stream(SECRET[::-1].encode() + b"\n" + SECRET.encode().hex().encode())


@case("d27_colour_profile", "description of a colour profile")
def _(b: Book) -> None:
    b.standard()
    profile = b.pdf.make_stream(b"\0" * 128 + f"desc {SECRET}".encode(), Dictionary(N=1))
    b.pdf.Root.OutputIntents = Array([Dictionary(Type=Name.OutputIntent, S=Name("/GTS_PDFA1"), OutputConditionIdentifier=Text(SECRET), DestOutputProfile=profile)])


@case("d28_resource_name", "name of a resource, and a form nothing draws")
def _(b: Book) -> None:
    page = b.standard()
    form = b.pdf.make_stream(line(0, 0, SECRET).encode(), Dictionary(Type=Name.XObject, Subtype=Name.Form, BBox=Array([0, 0, 100, 20]), Resources=Dictionary(Font=Dictionary(F1=b.helvetica()))))
    page.Resources.XObject = Dictionary({f"/{SECRET}": form})


@case("d29_portfolio", "portfolio with a schema")
def _(b: Book) -> None:
    b.standard()
    b.pdf.Root.Collection = Dictionary(Type=Name.Collection, Schema=Dictionary(Field=Dictionary(Subtype=Name.S, N=Text(SECRET))))
    assert HEIGHT > 0


@case("d30_two_words", "a marked phrase whose words stand alone elsewhere, and as a whole in the information")
def _(b: Book) -> None:
    b.page(frame() + line(72, BASE, BEFORE + "Anna Vexler" + AFTER) + line(72, 500, "Anna was there") + line(72, 480, "so was old Vexler"))
    b.mark(X - 0.5, BASE - 3.2, X + wide("Anna Vexler") + 0.5, BASE + 10)
    b.pdf.docinfo["/Title"] = "Report on Anna Vexler"
    b.is_listed = True


@case("d31_short_name", "a name of three letters in a bookmark")
def _(b: Book) -> None:
    b.page(frame() + line(72, BASE, BEFORE + "Ngu" + AFTER))
    b.mark(X - 0.5, BASE - 3.2, X + wide("Ngu") + 0.5, BASE + 10)
    root = b.pdf.make_indirect(Dictionary(Type=Name.Outlines, Count=1))
    item = b.pdf.make_indirect(Dictionary(Title=Text("Talk with Ngu, part 2"), Parent=root, Dest=Array([b.pdf.pages[0].obj, Name.Fit])))
    root.First = root.Last = item
    b.pdf.Root.Outlines = root
