package picture

import (
	"image"
	"image/color"
	"image/draw"
	"math"

	"golang.org/x/image/font/sfnt"
	"golang.org/x/image/math/f64"
	"golang.org/x/image/vector"
)

// A canvas is an image that is drawn on in units of its own. Canvases that are
// made of each other are one image with different units. It is for one
// goroutine.
type canvas struct {
	*image.RGBA
	place  f64.Aff3 // from this canvas's units to pixels
	pen    *vector.Rasterizer
	mask   []byte // for a pixel each: what the pen went around
	glyphs *sfnt.Buffer
}

// newCanvas returns an image of w times h pixels, whose width is so many units.
func newCanvas(w, h int, units float64) canvas {
	scale := float64(w) / units
	return canvas{
		RGBA:   image.NewRGBA(image.Rect(0, 0, w, h)),
		place:  f64.Aff3{scale, 0, 0, 0, scale, 0},
		pen:    vector.NewRasterizer(0, 0),
		mask:   make([]byte, w*h),
		glyphs: new(sfnt.Buffer),
	}
}

// at returns the same image with its origin at x and y, the units scaled and
// the axes turned clockwise by degrees.
func (c canvas) at(x, y, scale, degrees float64) canvas {
	sin, cos := math.Sincos(degrees * math.Pi / 180)
	sin, cos = sin*scale, cos*scale
	m, origin := c.place, c.pixel(point{x, y})
	c.place = f64.Aff3{
		m[0]*cos + m[1]*sin, m[1]*cos - m[0]*sin, origin.x,
		m[3]*cos + m[4]*sin, m[4]*cos - m[3]*sin, origin.y,
	}
	return c
}

func (c canvas) pixel(p point) point {
	m := c.place
	return point{m[0]*p.x + m[1]*p.y + m[2], m[3]*p.x + m[4]*p.y + m[5]}
}

// fill paints what lies inside a path.
func (c canvas) fill(p path, ink colour) {
	area := c.bounds(p)
	if area.Empty() {
		return
	}
	c.pen.Reset(area.Dx(), area.Dy())
	at := func(q point) (x, y float32) {
		q = c.pixel(q)
		return float32(q.x - float64(area.Min.X)), float32(q.y - float64(area.Min.Y))
	}
	for i := range p {
		x, y := at(p[i].to[0])
		switch {
		case p[i].start:
			c.pen.ClosePath()
			c.pen.MoveTo(x, y)
		case p[i].curved:
			x2, y2 := at(p[i].to[1])
			x3, y3 := at(p[i].to[2])
			c.pen.CubeTo(x, y, x2, y2, x3, y3)
		default:
			c.pen.LineTo(x, y)
		}
	}
	c.pen.ClosePath()
	c.cover(area, ink)
}

// bounds returns the pixels that a path may touch.
func (c canvas) bounds(p path) image.Rectangle {
	low, high := point{math.Inf(1), math.Inf(1)}, point{math.Inf(-1), math.Inf(-1)}
	for i := range p {
		for _, q := range p[i].points() {
			q = c.pixel(q)
			low = point{min(low.x, q.x), min(low.y, q.y)}
			high = point{max(high.x, q.x), max(high.y, q.y)}
		}
	}
	if len(p) == 0 {
		return image.Rectangle{}
	}
	return image.Rect(int(math.Floor(low.x)), int(math.Floor(low.y)),
		int(math.Ceil(high.x)), int(math.Ceil(high.y))).Intersect(c.Rect)
}

// cover paints what the pen went around, inside an area. The pen's own drawing
// is slower, because it blends with every pixel that it leaves as it is.
func (c canvas) cover(area image.Rectangle, ink colour) {
	w, h := area.Dx(), area.Dy()
	mask := c.mask[:w*h]
	c.pen.DrawOp = draw.Src
	c.pen.Draw(&image.Alpha{Pix: mask, Stride: w, Rect: image.Rect(0, 0, w, h)},
		image.Rect(0, 0, w, h), image.Opaque, image.Point{})
	const whole = 1 << 16
	red, green, blue := uint32(ink.R), uint32(ink.G), uint32(ink.B)
	for y := range h {
		row := c.Pix[c.PixOffset(area.Min.X, area.Min.Y+y):]
		for x, cover := range mask[y*w : y*w+w] {
			if cover == 0 {
				continue
			}
			p := row[4*x : 4*x+3 : 4*x+3]
			if cover == 255 && ink.A == 255 {
				p[0], p[1], p[2] = ink.R, ink.G, ink.B
				continue
			}
			over := uint32(cover) * uint32(ink.A) * 258 >> 8 // 255 times 255 is nearly whole
			under := whole - over
			p[0] = byte((uint32(p[0])*under + red*over) >> 16)
			p[1] = byte((uint32(p[1])*under + green*over) >> 16)
			p[2] = byte((uint32(p[2])*under + blue*over) >> 16)
		}
	}
}

// wash covers the whole image with a gradient from top to bottom.
func (c canvas) wash(top, bottom colour) {
	w, h := c.Rect.Dx(), c.Rect.Dy()
	for y := range h {
		ink := top.towards(bottom, float64(y)/float64(h))
		row := c.Pix[y*c.Stride : y*c.Stride+4*w]
		copy(row, []byte{ink.R, ink.G, ink.B, 255})
		for done := 4; done < len(row); done *= 2 {
			copy(row[done:], row[:done])
		}
	}
}

// A colour is one that can be seen through if its alpha is below 255.
type colour struct{ color.NRGBA }

// rgb reads an opaque colour from 0xRRGGBB.
func rgb(hex uint32) colour {
	return colour{color.NRGBA{byte(hex >> 16), byte(hex >> 8), byte(hex), 255}}
}

// glass is the colour made so transparent that it covers only a share.
func (c colour) glass(share float64) colour {
	c.A = byte(255 * share)
	return c
}

// towards mixes the colour with a share of another.
func (c colour) towards(other colour, share float64) colour {
	mix := func(a, b byte) byte { return byte(math.Round(float64(a) + (float64(b)-float64(a))*share)) }
	return colour{color.NRGBA{mix(c.R, other.R), mix(c.G, other.G), mix(c.B, other.B), c.A}}
}

func (c colour) darker(share float64) colour  { return c.towards(rgb(0x140E12), share) }
func (c colour) lighter(share float64) colour { return c.towards(rgb(0xFFFFFF), share) }
