"""Reads the samples of a PDF's images, overwrites some, and writes them back in the same codec.

Samples are meant as ISO 32000-1, 8.9.5 has them: before /Decode and the colour space.
"""

from __future__ import annotations

import io
import zlib
from collections.abc import Callable
from typing import Any

import numpy as np
import pikepdf
from numpy.typing import NDArray
from pikepdf import Array, Dictionary, Name, Stream
from PIL import Image, JpegImagePlugin, TiffImagePlugin, UnidentifiedImageError

from review_app.engine.mupdf import MUPDF_ERRORS, open_pdf

Area = Callable[[int, int], NDArray[np.bool_]]
"""Width and height in pixels to the pixels that are to be overwritten, rows first."""

BAD: tuple[type[BaseException], ...] = (
    *MUPDF_ERRORS, pikepdf.PdfError, UnidentifiedImageError, OSError, zlib.error, SyntaxError,
    Image.DecompressionBombError,
)
"""What decoding a damaged image may raise."""

MAX_PIXELS = 400_000_000
_COPIED = (
    "/Type", "/Subtype", "/Width", "/Height", "/ColorSpace", "/BitsPerComponent", "/Decode", "/Intent",
    "/ImageMask", "/Interpolate", "/Matte",
)
_CCITT = (Name.CCITTFaxDecode, Name.JBIG2Decode)


Window = tuple[int, int, int, int]
"""Pixels left, upper, right, lower: what is kept of a picture that is trimmed."""


def rewritten(pdf: pikepdf.Pdf, image: Any, area: Area, window: Window | None = None) -> Any:
    """A new image object of ``pdf`` with the pixels of ``area`` overwritten; masks are not copied.

    Args:
        pdf: the file of the new object.
        image: the image.
        area: which pixels of the whole image are overwritten.
        window: trims the result to these pixels.

    Raises:
        BAD: it cannot be decoded, or is of a kind that cannot be encoded.
    """
    width, height = int(image.Width), int(image.Height)
    if not 0 < width * height <= MAX_PIXELS:
        raise ValueError("no pixels, or too many")
    codec = codec_of(image)
    if codec == Name.DCTDecode:
        made = _jpeg(pdf, image, area, window)
    elif codec == Name.JPXDecode:
        made = _jpeg2000(pdf, image, area, window)
    else:
        made = _samples(pdf, image, area, codec, window)
    for name in _COPIED:
        if name in image and name not in made:
            made[name] = image[name]
    return made


def codec_of(image: Any) -> Any:
    """The last of an image's filters, None where it has none."""
    filters = image.get("/Filter")
    if isinstance(filters, Array):
        return filters[-1] if len(filters) else None
    return filters


def _parms(image: Any) -> Any:
    parms = image.get("/DecodeParms")
    if isinstance(parms, Array):
        parms = parms[-1] if len(parms) else None
    return parms if isinstance(parms, Dictionary) else Dictionary()


def inner(image: Any) -> bytes:
    """The bytes of the picture codec: what stands before it (Flate, ASCII) is undone."""
    filters = image.get("/Filter")
    if isinstance(filters, Array) and len(filters) > 1:
        other = pikepdf.new()
        parms = image.get("/DecodeParms")
        outer = Array([Name(str(f)) for f in list(filters)[:-1]])  # a file takes no object of another
        below = None
        if isinstance(parms, Array):
            below = Array([_plain(p) for p in list(parms)[: len(outer)]])
        bare = Stream(other, b"")
        bare.write(bytes(image.read_raw_bytes()), filter=outer, decode_parms=below)
        return bytes(bare.read_bytes())
    return bytes(image.read_raw_bytes())


def _plain(parms: Any) -> Dictionary:
    """The numbers of a filter's parameters, in a dictionary of no file."""
    found = Dictionary()
    entries: Any = parms.items() if isinstance(parms, Dictionary) else ()
    for name, value in entries:
        if isinstance(value, bool | int):
            found[name] = value
    return found


def decoded(image: Any) -> bytes:
    """The samples as bytes, rows padded to whole bytes; any codec but JPEG 2000.

    Raises:
        BAD: they cannot be decoded.
    """
    if codec_of(image) not in (*_CCITT, Name.DCTDecode, Name.Crypt):
        return bytes(image.read_bytes(pikepdf.StreamDecodeLevel.all))
    with pikepdf.new() as other:
        bare = Stream(other, inner(image))
        for name in ("/Width", "/Height", "/BitsPerComponent"):
            if name in image:
                bare[name] = int(image[name])
        parms = Dictionary()
        for name, value in _parms(image).items():
            if isinstance(value, Stream):
                parms[name] = Stream(other, bytes(value.read_bytes()))
            elif isinstance(value, bool | int):
                parms[name] = value
        bare.Filter, bare.DecodeParms = codec_of(image), parms
        other.Root.Picture = other.make_indirect(bare)
        out = io.BytesIO()
        other.save(out, stream_decode_level=pikepdf.StreamDecodeLevel.none, compress_streams=False)
    with open_pdf(out.getvalue()) as file:
        reference = file.xref_get_key(file.pdf_catalog(), "Picture")[1]
        return bytes(file.xref_stream(int(reference.split()[0])))


def _samples(pdf: pikepdf.Pdf, image: Any, area: Area, codec: Any, window: Window | None) -> Any:
    width, height = int(image.Width), int(image.Height)
    stencil = bool(image.get("/ImageMask", False))
    bits = 1 if stencil or codec in _CCITT else int(image.get("/BitsPerComponent", 8))
    count = 1 if stencil or codec in _CCITT else components(image.get("/ColorSpace"))
    if bits not in (1, 2, 4, 8, 16):
        raise ValueError("an unknown depth")
    row = (width * count * bits + 7) // 8
    data = decoded(image)
    if len(data) < row * height:
        data += bytes(row * height - len(data))
    rows = np.frombuffer(data, np.uint8, row * height).reshape(height, row).copy()
    white = [0] if stencil and is_reversed(image) else [1] if stencil else blank(image, count, bits)
    where = area(width, height)
    if bits < 8:
        hit = where.any(axis=1)
        rows[hit] = _small(rows[hit], where[hit], white, bits, width * count)
    elif bits == 8:
        rows.reshape(height, width, count)[where] = white
    else:
        rows.view(">u2").reshape(height, width, count)[where] = white
    if window is not None:
        rows, width, height = _trimmed(rows, count, bits, window)
    if codec in _CCITT:
        made = _group4(pdf, rows, width, height, bool(_parms(image).get("/BlackIs1", False)))
    else:
        made = _flate(pdf, rows, int(_parms(image).get("/Predictor", 1)) >= 10, count, bits, width)
    made.Width, made.Height = width, height
    return made


def _trimmed(
    rows: NDArray[np.uint8], count: int, bits: int, window: Window
) -> tuple[NDArray[np.uint8], int, int]:
    x0, y0, x1, y1 = window
    rows = rows[y0:y1]
    first, last = x0 * count * bits, x1 * count * bits
    if bits >= 8:
        rows = rows[:, first // 8 : last // 8]
    else:
        rows = np.packbits(np.unpackbits(rows, axis=1)[:, first:last], axis=1)
    return np.ascontiguousarray(rows), x1 - x0, y1 - y0


def _small(
    rows: NDArray[np.uint8], where: NDArray[np.bool_], white: list[int], bits: int, used: int
) -> NDArray[np.uint8]:
    """Rows of samples smaller than a byte, overwritten."""
    height, row = rows.shape
    shifts = np.arange(8 // bits - 1, -1, -1, dtype=np.uint8) * bits
    cells = ((rows[:, :, None] >> shifts) & ((1 << bits) - 1)).reshape(height, -1)
    values = cells[:, :used].reshape(height, where.shape[1], -1)
    values[where] = white
    cells[:, :used] = values.reshape(height, -1)
    packed: NDArray[np.uint8] = np.bitwise_or.reduce(cells.reshape(height, row, -1) << shifts, axis=2)
    return packed.astype(np.uint8)


def size(image: Any) -> int:
    """The bytes that an image's samples take, rows padded to whole bytes.

    Raises:
        ValueError: it does not say.
    """
    stencil = bool(image.get("/ImageMask", False))
    bits = 1 if stencil else int(image.get("/BitsPerComponent", 8))
    space = image.get("/ColorSpace")
    count = 1 if stencil or space is None else components(space)
    width, height = int(image.Width), int(image.Height)
    if min(width, height, bits) <= 0:
        raise ValueError("no pixels")
    return (width * count * bits + 7) // 8 * height


def packed_size(parms: Any, samples: int) -> int:
    """The bytes of so many bytes of samples behind a predictor: PNG's have a tag before each row."""
    if int(parms.get("/Predictor", 1)) < 10:
        return samples
    bits = int(parms.get("/Colors", 1)) * int(parms.get("/BitsPerComponent", 8))
    row = (bits * int(parms.get("/Columns", 1)) + 7) // 8
    return (samples + row - 1) // row * (row + 1) if row > 0 else samples


def as_group4(image: Any) -> tuple[bytes, Dictionary]:
    """A fax as Group 4, with nothing behind its last row; and its parameters.

    Raises:
        BAD: it cannot be decoded.
    """
    width, height = int(image.Width), int(image.Height)
    row = (width + 7) // 8
    data = decoded(image)[: row * height]
    rows = np.frombuffer(data + bytes(row * height - len(data)), np.uint8).reshape(height, row)
    is_black_1 = bool(_parms(image).get("/BlackIs1", False))
    parms = Dictionary(K=-1, Columns=width, Rows=height)
    if is_black_1:
        parms.BlackIs1 = True
    return group4(rows, width, height, is_black_1), parms


def components(space: Any, depth: int = 0) -> int:
    """Samples a pixel of a colour space.

    Raises:
        ValueError: it is not known.
    """
    name = space[0] if isinstance(space, Array) and len(space) else space
    plain = {
        "/DeviceGray": 1, "/CalGray": 1, "/Indexed": 1, "/Separation": 1, "/DeviceRGB": 3, "/CalRGB": 3,
        "/Lab": 3, "/DeviceCMYK": 4, "/G": 1, "/RGB": 3, "/CMYK": 4, "/I": 1,
    }
    if str(name) in plain:
        return plain[str(name)]
    if str(name) == "/ICCBased":
        return int(space[1].N)
    if str(name) == "/DeviceN":
        return len(space[1])
    raise ValueError("an unknown colour space")


def is_reversed(image: Any) -> bool:
    """True where the image's /Decode turns its samples round."""
    decode = image.get("/Decode")
    return isinstance(decode, Array) and len(decode) >= 2 and float(decode[0]) > float(decode[1])


def blank(image: Any, count: int, bits: int) -> list[int]:
    """The samples of white, or of the lightest colour there is."""
    space = image.get("/ColorSpace")
    name = str(space[0] if isinstance(space, Array) and len(space) else space)
    most = (1 << bits) - 1
    if name in ("/Indexed", "/I"):
        index = _lightest(space)
        decode = image.get("/Decode")
        if isinstance(decode, Array) and len(decode) == 2 and float(decode[0]) > float(decode[1]):
            index = most - index
        return [max(0, min(most, index))]
    inks = name in ("/DeviceCMYK", "/CMYK", "/Separation", "/DeviceN") or (name == "/ICCBased" and count == 4)
    value = 0 if inks else most
    if name == "/Lab":
        return [most, most // 2, most // 2]
    return [most - value if is_reversed(image) else value] * count


def _lightest(space: Any) -> int:
    table = space[3]
    data = bytes(table.read_bytes() if isinstance(table, Stream) else bytes(table))
    count = components(space[1])
    name = str(space[1][0] if isinstance(space[1], Array) else space[1])
    inks = count == 4 or name in ("/Separation", "/DeviceN")
    sums = [sum(data[i : i + count]) for i in range(0, len(data) - count + 1, count)]
    if not sums:
        return 0
    return sums.index(min(sums) if inks else max(sums))


# codecs -------------------------------------------------------------------------------------------------


def group4(rows: NDArray[np.uint8], width: int, height: int, black_is_1: bool = False) -> bytes:
    """Packed one-bit rows as CCITT Group 4; sample 0 is black unless ``black_is_1``."""
    # TIFF's black is zero: turned round, white becomes what the codec takes for white and packs best.
    # (Asked for "white is zero", Pillow turns the picture itself, a pixel at a time: 8 s a page.)
    packed = rows if black_is_1 else ~rows
    picture = Image.frombytes("1", (width, height), packed[:, : (width + 7) // 8].tobytes())
    out = io.BytesIO()
    picture.save(out, "TIFF", compression="group4", tiffinfo={278: height})  # 278: rows a strip, so one
    data = out.getvalue()
    with TiffImagePlugin.TiffImageFile(io.BytesIO(data)) as written:
        starts, sizes = written.tag_v2[273], written.tag_v2[279]
    if len(starts) != 1:
        raise ValueError("more than one strip")
    return data[starts[0] : starts[0] + sizes[0]]


def _group4(pdf: pikepdf.Pdf, rows: NDArray[np.uint8], width: int, height: int, black_is_1: bool) -> Any:
    made = pdf.make_stream(b"")
    parms = Dictionary(K=-1, Columns=width, Rows=height)
    if black_is_1:
        parms.BlackIs1 = True
    made.write(group4(rows, width, height, black_is_1), filter=Name.CCITTFaxDecode, decode_parms=parms)
    made.BitsPerComponent = 1
    return made


def _flate(
    pdf: pikepdf.Pdf, rows: NDArray[np.uint8], predict: bool, count: int, bits: int, width: int
) -> Any:
    made = pdf.make_stream(b"")
    if predict:
        parms = Dictionary(Predictor=15, Colors=count, BitsPerComponent=bits, Columns=width)
        data = zlib.compress(predicted(rows, max(1, count * bits // 8)), 6)
        made.write(data, filter=Name.FlateDecode, decode_parms=parms)
    else:
        made.write(zlib.compress(rows.tobytes(), 6), filter=Name.FlateDecode)
    return made


def predicted(rows: NDArray[np.uint8], step: int) -> bytes:
    """Rows with the PNG predictor that leaves the smallest differences, each with its tag."""
    up = np.vstack([np.zeros_like(rows[:1]), rows[:-1]])
    left = np.hstack([np.zeros_like(rows[:, :step]), rows[:, :-step]])[:, : rows.shape[1]]
    choices = np.stack([rows, rows - left, rows - up])
    tags = np.array([0, 1, 2], np.uint8)
    cost = np.abs(choices.astype(np.int8).astype(np.int16)).sum(axis=2)
    best = cost.argmin(axis=0)
    chosen = choices[best, np.arange(rows.shape[0])]
    return np.hstack([tags[best][:, None], chosen]).tobytes()


def _jpeg(pdf: pikepdf.Pdf, image: Any, area: Area, window: Window | None) -> Any:
    if "/ColorTransform" in _parms(image):
        raise ValueError("colours coded in an unusual way")
    raw = inner(image)
    with JpegImagePlugin.JpegImageFile(io.BytesIO(raw)) as picture:
        if picture.mode not in ("L", "RGB", "CMYK"):
            raise ValueError("not a JPEG that can be written again")
        tables = {k: list(v) for k, v in picture.quantization.items()}
        sampling = JpegImagePlugin.get_sampling(picture)
        progressive = bool(picture.info.get("progressive", 0))
        transform = picture.info.get("adobe_transform")
        layers = len(picture.getbands())
        if layers == 3 and transform == 0:
            raise ValueError("colours coded in an unusual way")
        mode = picture.mode
        values = np.array(picture)
    # Of four inks, Pillow turns the samples round when Adobe's segment is there, and always when writing.
    turned = mode == "CMYK" and transform is not None
    if turned:
        values = 255 - values
    height, width = values.shape[:2]
    values[area(width, height)] = blank(image, layers, 8) if "/ColorSpace" in image else 255
    if window is not None:
        values = np.ascontiguousarray(values[window[1] : window[3], window[0] : window[2]])
        height, width = values.shape[:2]
    out = io.BytesIO()
    picture_of = Image.fromarray(values) if mode != "CMYK" else Image.merge(
        "CMYK", [Image.fromarray(255 - values[:, :, i]) for i in range(4)]
    )
    picture_of.save(
        out, "JPEG", qtables=tables, subsampling=sampling if sampling >= 0 else 0, progressive=progressive,
        optimize=True,
    )
    made = pdf.make_stream(b"")
    made.write(out.getvalue(), filter=Name.DCTDecode)
    made.Width, made.Height = width, height
    return made


def _jpeg2000(pdf: pikepdf.Pdf, image: Any, area: Area, window: Window | None) -> Any:
    raw = inner(image)
    with Image.open(io.BytesIO(raw)) as picture:
        if picture.mode not in ("L", "RGB"):
            raise ValueError("not a picture that can be written again")
        values = np.array(picture)
    height, width = values.shape[:2]
    values[area(width, height)] = 0 if is_reversed(image) else 255
    if window is not None:
        values = np.ascontiguousarray(values[window[1] : window[3], window[0] : window[2]])
        height, width = values.shape[:2]
    rate = max(1.0, values.size / max(1, len(raw)))
    out = io.BytesIO()
    Image.fromarray(values).save(
        out, "JPEG2000", quality_mode="rates", quality_layers=[rate], irreversible=rate > 3, no_jp2=False,
    )
    made = pdf.make_stream(b"")
    made.write(out.getvalue(), filter=Name.JPXDecode)
    made.Width, made.Height = width, height
    return made
