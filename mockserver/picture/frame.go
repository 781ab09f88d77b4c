package picture

// drawFrame paints what a camera saw while a card lay on a desk, 100 wide and
// 75 high. side prints the card.
func drawFrame(c canvas, s Subject, kind Kind, side func(canvas, Subject)) {
	d := s.Holder.Dice(string(kind))
	desk := desks[d.N(len(desks))]
	c.wash(desk.lighter(0.08), desk.darker(0.10))
	for range 16 { // the wood's grain
		y, bend := float64(d.N(760))/10, float64(d.N(40))/10-2
		c.fill(stroke(tapered(0.2+float64(d.N(40))/100), smooth(point{-2, y}, point{30, y + bend},
			point{70, y - bend}, point{102, y + 1})...),
			desk.darker(0.35).glass(0.35))
	}
	drawDesk(c)
	turn := float64(1+d.N(5)) * float64(1-2*d.N(2))
	const scale = 0.86
	card := c.at(13.2+float64(d.N(20))/10, 14.6+turn*-0.55+float64(d.N(20))/10, scale, turn)
	for i := range 6 { // a shadow that fades
		far := 0.4 + 0.38*float64(i)
		ink := rgb(0x120C08).glass(0.11)
		card.fill(rounded(far, cardHeight-4, cardWidth, 4+far, 2), ink)
		card.fill(rounded(cardWidth-4, far, 4+far, cardHeight-4-far, 2), ink)
	}
	card.fill(rounded(0, 0, cardWidth, cardHeight, cardCorner), printOf(s.Card).paper)
	side(card, s)
}

var desks = []colour{rgb(0x8A6446), rgb(0x6E5140), rgb(0xA88662), rgb(0x77695C)}

// drawDesk puts a sheet of paper, a pencil and a cup on the desk, half out of
// sight.
func drawDesk(c canvas) {
	sheet := c.at(-6, 58, 1, -9)
	sheet.fill(box(0.5, 0.6, 36, 40), rgb(0x000000).glass(0.2))
	sheet.fill(box(0, 0, 36, 40), rgb(0xEDEAE2))
	for i := range 4 {
		sheet.fill(box(9, 4+3*float64(i), 22, 0.5), rgb(0x8A93A6).glass(0.6))
	}
	pencil := c.at(56, 69, 1, 5)
	pencil.fill(box(0.4, 0.7, 34, 1.9), rgb(0x000000).glass(0.22))
	pencil.fill(box(0, 0, 30, 1.9), rgb(0xD79B2E))
	pencil.fill(box(0, 1.2, 30, 0.7), rgb(0xB67E1C))
	pencil.fill(box(-2.4, 0, 2.4, 1.9), rgb(0xC9697A))
	pencil.fill(polygon(point{30, 0}, point{34, 0.95}, point{30, 1.9}), rgb(0xE9CFA4))
	pencil.fill(polygon(point{32.9, 0.68}, point{34, 0.95}, point{32.9, 1.22}), rgb(0x26262A))
	c.fill(ellipse(97.4, 3.4, 11, 11), rgb(0x000000).glass(0.2))
	c.fill(ellipse(96, 2, 10.6, 10.6), rgb(0xF1EFEA))
	c.fill(ellipse(96, 2, 9.4, 9.4), rgb(0xC9C5BC))
	c.fill(ellipse(96.3, 2.4, 8.8, 8.8), rgb(0x4A2E20))
}
