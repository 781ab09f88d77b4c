package picture

import (
	"math"
	"sync"
	"unicode"

	"golang.org/x/image/font"
	"golang.org/x/image/font/gofont/gobold"
	"golang.org/x/image/font/gofont/gomono"
	"golang.org/x/image/font/gofont/goregular"
	"golang.org/x/image/font/sfnt"
	"golang.org/x/image/math/fixed"
)

// The type faces, each read once.
var (
	regular = sync.OnceValue(func() *sfnt.Font { return parsed(goregular.TTF) })
	bold    = sync.OnceValue(func() *sfnt.Font { return parsed(gobold.TTF) })
	mono    = sync.OnceValue(func() *sfnt.Font { return parsed(gomono.TTF) })
)

func parsed(ttf []byte) *sfnt.Font {
	f, err := sfnt.Parse(ttf)
	if err != nil {
		panic(err) // the file is part of the program
	}
	return f
}

// A text is one line, ready to be written: only what its type face can write,
// and as large as there is room.
type text struct {
	letters *sfnt.Font
	glyphs  []sfnt.GlyphIndex
	size    float64 // of the face's em square, in the canvas's units
	width   float64
}

// most is how many characters of a text are looked at: more are never seen.
const most = 200

// text sets a line so that it is not wider than room: it is made smaller, down
// to half the size, and after that cut. A character that the type face lacks
// is left out.
func (c canvas) text(letters *sfnt.Font, line string, size, room float64) text {
	glyphs := c.glyphsOf(letters, line)
	var ends []float64 // of each glyph, in em
	end := 0.0
	for _, glyph := range glyphs {
		end += c.advance(letters, glyph)
		ends = append(ends, end)
	}
	if end == 0 || room <= 0 || size <= 0 {
		return text{}
	}
	t := text{letters: letters, size: min(size, max(room/end, size/2))}
	fit := len(ends)
	for fit > 0 && ends[fit-1]*t.size > room*1.0001 { // a hair for rounding
		fit--
	}
	if fit > 0 {
		t.glyphs, t.width = glyphs[:fit], ends[fit-1]*t.size
	}
	return t
}

// glyphsOf returns the glyphs of a line that a type face has, every run of
// white space as one space, and none at the ends.
func (c canvas) glyphsOf(letters *sfnt.Font, line string) []sfnt.GlyphIndex {
	var glyphs []sfnt.GlyphIndex
	var gap sfnt.GlyphIndex // a space that waits for something to stand before
	for _, r := range line {
		space := unicode.IsSpace(r)
		if space {
			r = ' '
		}
		glyph, err := letters.GlyphIndex(c.glyphs, r)
		switch {
		case err != nil || glyph == 0:
			continue
		case space:
			gap = glyph
			continue
		case gap != 0 && len(glyphs) > 0:
			glyphs = append(glyphs, gap)
		}
		gap = 0
		if glyphs = append(glyphs, glyph); len(glyphs) >= most {
			break
		}
	}
	return glyphs
}

// advance is how far a glyph moves the pen, in em.
func (c canvas) advance(letters *sfnt.Font, glyph sfnt.GlyphIndex) float64 {
	em := fixed.Int26_6(letters.UnitsPerEm())
	advance, err := letters.GlyphAdvance(c.glyphs, glyph, em, font.HintingNone)
	if err != nil {
		return 0
	}
	return float64(advance) / float64(em)
}

// write puts a text with the left end of its base line at x and y. Glyphs are
// drawn as shapes, so they turn and grow with the canvas.
func (c canvas) write(t text, x, y float64, ink colour) {
	for _, glyph := range t.glyphs {
		c.fill(c.outline(t, glyph, x, y), ink)
		x += c.advance(t.letters, glyph) * t.size
	}
}

// writeCentred puts a text with the middle of its base line at x and y.
func (c canvas) writeCentred(t text, x, y float64, ink colour) {
	c.write(t, x-t.width/2, y, ink)
}

func (c canvas) outline(t text, glyph sfnt.GlyphIndex, x, y float64) path {
	em := fixed.Int26_6(t.letters.UnitsPerEm())
	segments, err := t.letters.LoadGlyph(c.glyphs, glyph, em, nil)
	if err != nil {
		return nil
	}
	at := func(p fixed.Point26_6) point {
		return point{x + float64(p.X)/float64(em)*t.size, y + float64(p.Y)/float64(em)*t.size}
	}
	p := make(path, 0, len(segments))
	var pen point
	for _, s := range segments {
		a, b, d := at(s.Args[0]), at(s.Args[1]), at(s.Args[2])
		switch s.Op {
		case sfnt.SegmentOpMoveTo:
			p, pen = p.move(a.x, a.y), a
		case sfnt.SegmentOpLineTo:
			p, pen = p.line(a.x, a.y), a
		case sfnt.SegmentOpQuadTo: // as a cubic curve
			const k = 2.0 / 3
			p = p.curve(pen.x+k*(a.x-pen.x), pen.y+k*(a.y-pen.y), b.x+k*(a.x-b.x), b.y+k*(a.y-b.y), b.x, b.y)
			pen = b
		case sfnt.SegmentOpCubeTo:
			p, pen = p.curve(a.x, a.y, b.x, b.y, d.x, d.y), d
		}
	}
	return p
}

// stamp is the red of the word that every picture bears.
var stamp = rgb(0xB02A30)

// specimen writes SPECIMEN around the middle x and y, so wide.
func (c canvas) specimen(x, y, width, degrees float64, ink colour) {
	const word = "SPECIMEN"
	size := width / c.text(bold(), word, 1, math.Inf(1)).width
	c.at(x, y, 1, degrees).writeCentred(c.text(bold(), word, size, width*1.01), 0, size*0.36, ink)
}
