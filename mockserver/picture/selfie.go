package picture

import "kycmock/mockserver/person"

// drawPortrait paints the photograph of a document, 100 wide and 125 high.
func drawPortrait(c canvas, p person.Person) {
	c.wash(rgb(0xC3CFD9), rgb(0xE6EBEE))
	faceOf(p).draw(c)
	drawCaption(c, 111, 14)
}

// drawSelfie paints the same face larger in a room, 100 wide and 133 high.
func drawSelfie(c canvas, p person.Person) {
	d := p.Dice("selfie")
	wall := walls[d.N(len(walls))]
	c.wash(wall, wall.darker(0.14))
	drawRoom(c, d)
	faceOf(p).draw(c.at(-8.5+float64(d.N(50))/10, -6.5, 1.14, float64(d.N(70)-35)/10))
	drawCaption(c, 120, 13.4)
}

var walls = []colour{rgb(0xD9CFC0), rgb(0xC7D3CC), rgb(0xCBD0DC), rgb(0xDCCBC6)}

func drawRoom(c canvas, d *person.Dice) {
	white := rgb(0xF7F5EF)
	c.fill(box(2, 8, 25, 52), white)
	c.fill(box(4, 10, 21, 48), rgb(0xBFDDF0))
	c.fill(blob(point{4, 40}, point{11, 33}, point{18, 38}, point{25, 34}, point{25, 57.6},
		point{4, 57.6}), rgb(0x9DBF9A))
	c.fill(box(13.9, 10, 1.4, 48), white)
	c.fill(box(4, 31, 21, 1.4), white)
	c.fill(box(0.8, 60, 27.4, 2.2), white.darker(0.12))

	c.fill(box(76.8, 12.8, 20, 25), rgb(0x000000).glass(0.14))
	c.fill(box(76, 12, 20, 25), rgb(0x5B4636))
	c.fill(box(77.6, 13.6, 16.8, 21.8), rgb(0xEFE7D8))
	c.fill(ellipse(86, 22, 4.6, 4.6), ties[d.N(len(ties))].lighter(0.3))
	c.fill(polygon(point{79, 33.6}, point{85, 24.6}, point{89, 30}, point{91, 27.4},
		point{93.4, 33.6}), jackets[d.N(len(jackets))].lighter(0.25))

	c.fill(box(73, 66, 27, 1.8), rgb(0x8C6B4E))
	c.fill(box(73, 67.8, 27, 0.8), rgb(0x000000).glass(0.18))
	x := 76.0
	for x < 87 {
		w, h := 1.8+float64(d.N(14))/10, 10+float64(d.N(50))/10
		c.fill(box(x, 66-h, w, h), jackets[d.N(len(jackets))].lighter(0.2))
		x += w + 0.3
	}
	for _, leaf := range []point{{89, 50}, {92, 46}, {95, 48.5}, {98, 51}} {
		c.fill(stroke(tapered(3), smooth(point{94, 60}, point{(94+leaf.x)/2 + 0.5, leaf.y + 5}, leaf)...), rgb(0x4F7F55))
	}
	c.fill(polygon(point{90.6, 59}, point{97.8, 59}, point{96.8, 66}, point{91.6, 66}), rgb(0xB9694A))
}

// drawCaption writes SPECIMEN on a strip across a picture that is 100 wide.
func drawCaption(c canvas, y, height float64) {
	c.fill(box(0, y, 100, height), rgb(0x101018).glass(0.42))
	c.specimen(50, y+height/2, 62, 0, rgb(0xFFFFFF).glass(0.92))
}
