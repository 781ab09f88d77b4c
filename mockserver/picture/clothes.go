package picture

// The clothes.
const (
	suit = iota
	pullover
	blouse
	clothes
)

// The colours that a person is made of, from light to dark where that matters.
var (
	skins   = []colour{rgb(0xF6D7C3), rgb(0xEFC6A8), rgb(0xE3B08C), rgb(0xCF9670), rgb(0xB27A54), rgb(0x8F5C3C), rgb(0x6E4530)}
	hairs   = []colour{rgb(0x1F1A1B), rgb(0x2E211C), rgb(0x46302A), rgb(0x5E3F2C), rgb(0x7C532F), rgb(0x96502A), rgb(0xA97A42), rgb(0xC79C5C)}
	greys   = []colour{rgb(0x8D8B8A), rgb(0xA9A7A5), rgb(0xC9C7C4), rgb(0x6F6A68)}
	irises  = []colour{rgb(0x4A2E1E), rgb(0x5E3B22), rgb(0x6F552C), rgb(0x56704A), rgb(0x4C7396), rgb(0x6C8796)}
	shirts  = []colour{rgb(0xF4F5F7), rgb(0xDCE7F2), rgb(0xF3E7DA), rgb(0xE4EEE2), rgb(0xEADFEC)}
	jackets = []colour{rgb(0x2D3A52), rgb(0x3B3F46), rgb(0x5A3F3A), rgb(0x2F5550), rgb(0x7B3B45), rgb(0x466B91), rgb(0x5C5486), rgb(0xA8683A)}
	ties    = []colour{rgb(0x8E2F3A), rgb(0x29548A), rgb(0x3C6B4B), rgb(0x6B4A86), rgb(0xB07A2A)}
)

// floor is where the clothes end: they are drawn lower than they are shown.
const floor = 129.0

// drawBody paints neck and clothes, down to the edge of the box.
func (f face) drawBody(c canvas) {
	c = c.at(0, 125-floor, 1, 0)
	wide, neck := 45.0, 9.8
	if f.woman {
		wide, neck = 39, 8.2
	}
	shoulders := path(nil).move(50-wide, floor).
		curve(50-wide, 113, 50-wide*0.82, 106.5, 50-wide*0.55, 103.5).
		curve(50-wide*0.36, 101, 50-neck-2, 99, 50-neck, 95).
		line(50+neck, 95).
		curve(50+neck+2, 99, 50+wide*0.36, 101, 50+wide*0.55, 103.5).
		curve(50+wide*0.82, 106.5, 50+wide, 113, 50+wide, floor)
	neckline := path(nil).move(50-neck, 76).line(50+neck, 76).line(50+neck, 97).
		curve(50+neck, 104, 50+7, 108, 50, 109).curve(50-7, 108, 50-neck, 104, 50-neck, 97)
	shadow := path(nil).move(50-neck, 78).line(50+neck, 78).line(50+neck, 86).
		curve(50+neck*0.7, 93, 50-neck*0.5, 94, 50-neck, 88)
	cloth := f.jacket
	if f.dress == blouse {
		cloth = f.shirt.towards(f.tie, 0.35)
	}
	c.fill(shoulders, cloth)
	if f.dress == suit {
		c.fill(polygon(point{50 - neck - 2, 95}, point{50 + neck + 2, 95}, point{57, floor}, point{43, floor}), f.shirt)
	}
	c.fill(neckline, f.skin)
	c.fill(shadow, f.skin.darker(0.24))
	switch f.dress {
	case suit:
		f.drawCollar(c, neck)
		f.drawLapels(c, neck)
	case pullover:
		f.drawKnit(c, neck, wide)
	case blouse:
		c.fill(polygon(point{50 - neck, 97}, point{50 + neck, 97}, point{50, 116}), f.skin)
		f.drawCollar(c, neck)
		c.fill(stroke(even(0.7), point{50, 115.5}, point{50, floor}), f.tie.darker(0.2).glass(0.7))
		for y := 118.0; y < floor-1; y += 5 {
			c.fill(ellipse(51.4, y, 0.7, 0.7), rgb(0xFFFFFF))
		}
	}
}

func (f face) drawKnit(c canvas, neck, wide float64) {
	rim := smooth(point{50 - neck - 1.6, 96.5}, point{50 - neck*0.75, 104.5}, point{50, 108.6},
		point{50 + neck*0.75, 104.5}, point{50 + neck + 1.6, 96.5})
	c.fill(stroke(even(3.4), rim...), f.jacket.lighter(0.12))
	for _, side := range []float64{-1, 1} {
		crease := smooth(point{50 + side*wide*0.70, 110}, point{50 + side*wide*0.66, 117},
			point{50 + side*wide*0.68, 124.4})
		c.fill(stroke(tapered(0.9), crease...), f.jacket.darker(0.3))
	}
}

func (f face) drawCollar(c canvas, neck float64) {
	ink, edge := f.shirt, f.shirt.darker(0.25)
	if f.dress == blouse {
		ink = f.shirt.towards(f.tie, 0.2)
	}
	for _, side := range []float64{-1, 1} {
		x := func(out float64) float64 { return 50 + side*out }
		c.fill(polygon(point{x(neck - 0.6), 92.5}, point{x(neck + 3.4), 96.8}, point{x(9), 110.5},
			point{x(0.4), 105.2}), edge)
		c.fill(polygon(point{x(neck - 0.2), 92.5}, point{x(neck + 3), 96.6}, point{x(8.8), 109.6},
			point{x(0.6), 104.6}), ink)
	}
}

func (f face) drawLapels(c canvas, neck float64) {
	if !f.woman {
		c.fill(polygon(point{47.4, 104.6}, point{52.6, 104.6}, point{51.9, 109}, point{48.1, 109}), f.tie.darker(0.15))
		c.fill(polygon(point{48.1, 109}, point{51.9, 109}, point{54.4, floor}, point{45.6, floor}), f.tie)
	}
	for _, side := range []float64{-1, 1} {
		x := func(out float64) float64 { return 50 + side*out }
		c.fill(polygon(point{x(neck + 2.4), 96}, point{x(neck + 7), 99.4}, point{x(19.6), 109.4}, point{x(15.6), 111.6},
			point{x(18.4), 114}, point{x(7), floor}, point{x(5.4), floor}, point{x(9.8), 110}), f.jacket.darker(0.2))
		c.fill(polygon(point{x(neck + 2.4), 96}, point{x(neck + 6.6), 99.2}, point{x(19), 109.2}, point{x(14.8), 111.4},
			point{x(17.6), 113.8}, point{x(6.4), floor}, point{x(5.4), floor},
			point{x(9.8), 110}), f.jacket.lighter(0.08))
	}
}
