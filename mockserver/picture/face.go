package picture

import (
	"kycmock/mockserver/person"
)

// A face is what somebody looks like: on every picture the same. It is drawn
// in a box that is 100 wide and 125 high, and reaches nowhere out of it.
type face struct {
	woman              bool
	skin, hair, eyes   colour
	lips, blush        colour
	cut                func(f face, c canvas, behind bool)
	width, jaw         float64 // of the head, as a share of the usual
	brow, nose, mouth  float64 // likewise
	beard              int     // one of the beards
	glasses, lines     bool
	jewels             bool
	freckles           bool
	shirt, jacket, tie colour
	dress              int // one of the clothes
}

// The beards.
const (
	shaved = iota
	stubble
	moustache
	fullBeard
	beards
)

// faceOf returns the face of a person.
func faceOf(p person.Person) face {
	d := p.Dice("face")
	around := func(share float64) float64 { return 1 + share*(float64(d.N(201))-100)/100 }
	f := face{woman: p.Sex == "F", width: around(0.055), jaw: around(0.06), brow: around(0.3),
		nose: around(0.12), mouth: around(0.12)}
	tone := d.N(len(skins))
	f.skin = skins[tone]
	f.hair = hairs[d.N(len(hairs)-tone)]
	f.eyes = irises[d.N(max(2, len(irises)-tone))]
	born := p.BirthDate.Year()
	if grey := d.N(100); born < 1970 && grey < 75 || born < 1985 && grey < 12 {
		f.hair = greys[d.N(len(greys))]
	}
	f.lines = born < 1972
	f.blush = f.skin.towards(rgb(0xD2453C), 0.32)
	f.lips = f.skin.towards(rgb(0xA8323C), 0.42)
	cuts := menCuts()
	if f.woman {
		f.jaw *= 0.95
		f.lips = f.skin.towards(rgb(0xB02A44), 0.62)
		cuts = womenCuts()
	} else if beard := d.N(2 * beards); beard < beards {
		f.beard = beard
	}
	f.cut = cuts[d.N(len(cuts))]
	f.glasses = d.N(4) == 0
	f.jewels = f.woman && d.N(2) == 0
	f.freckles = tone < 2 && d.N(3) == 0
	f.dress = d.N(clothes)
	f.shirt, f.jacket, f.tie = shirts[d.N(len(shirts))], jackets[d.N(len(jackets))], ties[d.N(len(ties))]
	return f
}

// draw paints the whole of it.
func (f face) draw(c canvas) {
	f.cut(f, c, true)
	f.drawBody(c)
	f.drawHead(c)
	f.drawBeard(c)
	f.drawMouth(c)
	f.drawNose(c)
	for _, side := range []float64{-1, 1} {
		f.drawEye(c, side)
	}
	f.cut(f, c, false)
	if f.glasses {
		f.drawGlasses(c)
	}
}

// head is the outline of the face from the crown to the chin.
func (f face) head(grow float64) path {
	w, j := f.width, f.width*f.jaw
	right := []point{{50, 26}, {61, 28.4}, {68.6, 36}, {71.5, 48}, {71, 58}}
	low := []point{{69, 68}, {64.6, 77}, {57.5, 84.2}, {50, 86.6}}
	var all []point
	for _, p := range right {
		all = append(all, point{50 + (p.x-50)*w*grow, 56 + (p.y-56)*grow})
	}
	for _, p := range low {
		all = append(all, point{50 + (p.x-50)*j*grow, 56 + (p.y-56)*grow})
	}
	return blob(mirrored(50, all...)...)
}

func (f face) drawHead(c canvas) {
	shade := f.skin.darker(0.16)
	for _, side := range []float64{-1, 1} {
		x := 50 + side*21.8*f.width
		c.fill(ellipse(x, 58.5, 3.6, 6.2), f.skin.darker(0.05))
		c.fill(ellipse(x+side*0.3, 58.8, 1.7, 3.6), shade)
		if f.jewels {
			c.fill(ellipse(x+side*0.6, 65.6, 1.15, 1.15), rgb(0xE9C86A))
			c.fill(ellipse(x+side*0.4, 65.3, 0.4, 0.4), rgb(0xFFFFFF))
		}
	}
	c.fill(f.head(1), shade)
	c.fill(f.lit(), f.skin)
	for _, side := range []float64{-1, 1} {
		for i := range 4 {
			r := 5.2 - 1.1*float64(i)
			c.fill(ellipse(50+side*11.8*f.width, 69, r, r*0.75), f.blush.glass(0.09))
		}
	}
	if f.freckles {
		for i, at := range []point{{7, 66}, {9.4, 68.6}, {11, 65.8}, {12.4, 69.8}, {14.2, 67.2}, {16, 69.4},
			{8.6, 70.8}, {15.4, 65.2}} {
			for _, side := range []float64{-1, 1} {
				c.fill(ellipse(50+side*at.x, at.y+side*0.4, 0.35+0.1*float64(i%2), 0.4), f.skin.towards(rgb(0x8A4A22), 0.4))
			}
		}
	}
	if f.lines {
		for _, side := range []float64{-1, 1} {
			x := 50 + side*12
			c.fill(stroke(tapered(0.6), smooth(point{x - side*1.2, 69.6}, point{x + side*0.7, 72},
				point{x + side*0.9, 75})...), shade)
			c.fill(stroke(tapered(0.5), smooth(point{50 + side*6.6, 62.6}, point{50 + side*9.6, 63.9},
				point{50 + side*13, 63.1})...), shade.glass(0.7))
		}
	}
}

// lit is the part of the face that the light reaches: the head less a rim.
func (f face) lit() path {
	p := f.head(0.97)
	for i := range p {
		for j := range p[i].to {
			p[i].to[j].x -= 0.75
			p[i].to[j].y -= 0.9
		}
	}
	return p
}

func (f face) drawEye(c canvas, side float64) {
	x, y := 50+side*9.7*f.width, 57.2
	c.fill(ellipse(x, y+0.3, 5.6, 3.9), f.skin.darker(0.10).glass(0.5))
	eye := path(nil).move(x-4.6, y+0.7).
		curve(x-2.8, y-3.2, x+2.8, y-3.2, x+4.6, y+0.7).
		curve(x+2.6, y+3.0, x-2.6, y+3.0, x-4.6, y+0.7)
	c.fill(eye, rgb(0xFAF8F4))
	c.fill(ellipse(x, y+0.1, 2.5, 2.5), f.eyes)
	c.fill(ellipse(x, y+0.1, 1.25, 1.25), rgb(0x16110F))
	c.fill(ellipse(x+0.8, y-0.8, 0.65, 0.65), rgb(0xFFFFFF))
	dark := rgb(0x2A1D18)
	outer := x + side*4.9
	lid := smooth(point{x - side*4.7, y + 0.8}, point{x - side*2.4, y - 1.7}, point{x + side*1.2, y - 2.1},
		point{outer, y + 0.3})
	thick := 0.9
	if f.woman {
		thick = 1.25
		c.fill(stroke(tapered(0.8), point{x + side*3.9, y - 0.5}, point{x + side*6.1, y - 1.9}), dark)
	}
	c.fill(stroke(tapered(thick), lid...), dark)

	brow, height := f.hair.darker(0.25), 2.1*f.brow
	if f.woman {
		height *= 0.7
	}
	c.fill(stroke(tapered(height), smooth(point{x - side*5.2, y - 5.9}, point{x - side*1, y - 7.6},
		point{x + side*3.4, y - 7.3}, point{x + side*6.2, y - 5.2})...), brow.glass(0.92))
}

func (f face) drawNose(c canvas) {
	shade := f.skin.darker(0.22)
	w := 4 * f.nose
	c.fill(stroke(tapered(1), smooth(point{52.2, 58.5}, point{52.6, 63}, point{50 + w*0.85, 67.4})...), shade.glass(0.35))
	c.fill(stroke(tapered(1.15), smooth(point{50 - w, 68.6}, point{50 - w*0.55, 70}, point{50, 70.5},
		point{50 + w*0.55, 70}, point{50 + w, 68.6})...), shade)
	c.fill(ellipse(49.6, 66.4, 1.5, 2), f.skin.lighter(0.3).glass(0.4))
}

func (f face) drawMouth(c canvas) {
	w := 7.4 * f.mouth
	y := 76.4
	upper := path(nil).move(50-w, y-1.6).
		curve(50-w*0.5, y-1.6, 50-w*0.25, y-2.4, 50, y-1.5).
		curve(50+w*0.25, y-2.4, 50+w*0.5, y-1.6, 50+w, y-1.6).
		curve(50+w*0.5, y+1.5, 50-w*0.5, y+1.5, 50-w, y-1.6)
	lower := path(nil).move(50-w, y-1.6).
		curve(50-w*0.5, y+1.2, 50+w*0.5, y+1.2, 50+w, y-1.6).
		curve(50+w*0.62, y+4.3, 50-w*0.62, y+4.3, 50-w, y-1.6)
	c.fill(lower, f.lips)
	c.fill(upper, f.lips.darker(0.1))
	c.fill(stroke(tapered(0.8), smooth(point{50 - w*1.1, y - 2.2}, point{50 - w*0.55, y + 0.4}, point{50, y + 0.9},
		point{50 + w*0.55, y + 0.4}, point{50 + w*1.1, y - 2.2})...), f.lips.darker(0.5))
	c.fill(ellipse(50, y+2, w*0.3, 0.45), rgb(0xFFFFFF).glass(0.28))
	c.fill(stroke(tapered(0.8), smooth(point{46.8, 81.9}, point{50, 82.7},
		point{53.2, 81.9})...), f.skin.darker(0.18).glass(0.6))
}

func (f face) drawBeard(c canvas) {
	ink := f.hair.darker(0.1)
	w := f.width * f.jaw
	x := func(out float64) float64 { return 50 + out*w }
	jaw := blob(point{x(-21.5), 58}, point{x(-20.3), 68}, point{x(-15.6), 78.5}, point{x(-8), 86.6}, point{50, 88.6},
		point{x(8), 86.6}, point{x(15.6), 78.5}, point{x(20.3), 68}, point{x(21.5), 58}, point{x(19.2), 63.5},
		point{x(15), 70.5}, point{x(8), 72}, point{50, 71.7}, point{x(-8), 72}, point{x(-15), 70.5},
		point{x(-19.2), 63.5})
	switch f.beard {
	case stubble:
		c.fill(jaw, ink.glass(0.22))
	case fullBeard:
		c.fill(jaw, ink)
		c.fill(ellipse(50, 76.4, 8.6, 2.8), f.skin.darker(0.1))
		fallthrough
	case moustache:
		c.fill(path(nil).move(50, 71.8).
			curve(54, 70.4, 58.5, 72.5, 60.6, 76.2).curve(56.5, 76.2, 53, 75.4, 50, 74.6).
			curve(47, 75.4, 43.5, 76.2, 39.4, 76.2).curve(41.5, 72.5, 46, 70.4, 50, 71.8), ink)
	}
}

func (f face) drawGlasses(c canvas) {
	frame := rgb(0x2B2B33)
	for _, side := range []float64{-1, 1} {
		x, y := 50+side*10.2*f.width, 58.0
		c.fill(rounded(x-7.4, y-5.4, 14.8, 11.4, 4.6), rgb(0xDDEBF5).glass(0.16))
		c.fill(ring(x-7.4, y-5.4, 14.8, 11.4, 4.6, 0.95), frame)
		c.fill(stroke(even(0.9), point{x + side*7, y - 2}, point{50 + side*21.6*f.width, y - 1.2}), frame)
		c.fill(polygon(point{x - 2.6, y - 4.4}, point{x - 0.2, y - 4.4}, point{x - 4.2, y + 4.6},
			point{x - 5.8, y + 3.6}), rgb(0xFFFFFF).glass(0.2))
	}
	c.fill(stroke(even(1), smooth(point{50 - 3, 57.2}, point{50, 56.2}, point{50 + 3, 57.2})...), frame)
}
