package picture

import (
	"math"
	"strings"

	"kycmock/mockserver/person"
)

// A card is drawn in millimetres, in the size that ISO 7810 calls ID-1.
const (
	cardWidth  = 85.6
	cardHeight = 54.04
	cardCorner = 3.18
	cardMargin = 4.0
)

// A print is how one kind of document is printed: its colours and the numbers
// that its fine lines are made from.
type print struct {
	paper, tint, ink colour
	waves            float64
	petals           float64
}

var tints = []colour{rgb(0x2F6A9E), rgb(0x2F7F6B), rgb(0x8A4B5E), rgb(0x6A5A9C), rgb(0x9A6A2C), rgb(0x4B6B3C)}

// printOf returns the same print for all documents of a title and country.
func printOf(k Card) print {
	d := person.NewDice(0, "print "+k.Country+" "+k.Title)
	tint := tints[d.N(len(tints))]
	return print{paper: tint.lighter(0.86), tint: tint, ink: tint.darker(0.72),
		waves: float64(2 + d.N(3)), petals: float64(7 + 2*d.N(3))}
}

// drawFront prints the front of a card; the paper is there already.
func drawFront(c canvas, s Subject) {
	p := printOf(s.Card)
	p.drawLines(c, 63, 30)
	p.drawHeader(c, s.Card)
	low := cardHeight - cardMargin
	if !s.Card.ZoneOnBack {
		low = p.drawZone(c, s.Card.Zone)
	}
	const width, top = 22.4, 11.8
	height := min(width*1.25, low-top)
	photo := c.at(cardMargin, top, height/125, 0)
	photo.fill(box(0, 0, 100, 125), p.tint.lighter(0.72))
	faceOf(s.Holder).draw(photo)
	photo.fill(ring(0, 0, 100, 125, 0.1, 1.2), p.tint.lighter(0.3))
	p.drawSeal(c, cardMargin+height*0.8-2.5, top+height-3.5)
	if low-top-height > 5 {
		sign(c.at(cardMargin, top+height+1, height*0.8/100, 0), s.Holder, p.ink)
	}
	x := cardMargin + height*0.8 + 3
	p.drawFields(c, s.Card.Front, x, top, cardWidth-cardMargin-x, low-top)
	c.specimen(57, (top+low)/2, 44, -18, stamp.glass(0.30))
}

// drawBack prints the back of a card; the paper is there already.
func drawBack(c canvas, s Subject) {
	p := printOf(s.Card)
	p.drawLines(c, 24, 27)
	c.fill(box(0, 4.6, cardWidth, 1.2), p.tint.glass(0.8))
	c.fill(box(0, 6.4, cardWidth, 0.4), p.tint.glass(0.5))
	low := cardHeight - cardMargin
	if s.Card.ZoneOnBack {
		low = p.drawZone(c, s.Card.Zone)
	}
	p.drawBars(c, s, 62, 9)
	p.drawChip(c, 64, 20)
	p.drawFields(c, s.Card.Back, cardMargin, 9, 54, low-9)
	c.specimen(44, (low+8)/2, 56, -16, stamp.glass(0.28))
}

// drawHeader prints the strip with country and title.
func (p print) drawHeader(c canvas, k Card) {
	c.fill(rounded(2, 2.2, cardWidth-4, 7.4, 1.6), p.tint.darker(0.12))
	white := rgb(0xFFFFFF)
	const x, y = 6.6, 5.9
	c.fill(ellipse(x, y, 2.7, 2.7), white.glass(0.9))
	var rays []point
	for i := range 16 {
		r := 2.2 - 1.2*float64(i%2)
		sin, cos := math.Sincos(float64(i) * math.Pi / 8)
		rays = append(rays, point{x + r*sin, y - r*cos})
	}
	c.fill(polygon(rays...), p.tint)
	country := c.text(bold(), k.Country, 5, 20)
	c.write(country, 11, 7.7, white)
	left := 11 + country.width + 3
	title := c.text(bold(), k.Title, 3.6, cardWidth-cardMargin-1-left)
	c.write(title, cardWidth-cardMargin-1-title.width, 7.2, white)
}

// drawZone prints the machine-readable zone at the bottom and returns where
// the room above it ends.
func (p print) drawZone(c canvas, zone string) (low float64) {
	if zone == "" {
		return cardHeight - cardMargin
	}
	lines := strings.Split(zone, "\n")
	lines = lines[:min(3, len(lines))]
	const size, pitch, bottom = 3.9, 3.6, cardHeight - 2.6
	top := bottom - pitch*float64(len(lines)) - 0.4
	c.fill(rounded(1.6, top, cardWidth-3.2, cardHeight-1.2-top, 1.8), rgb(0xFFFFFF).glass(0.72))
	for i, line := range lines {
		t := c.text(mono(), line, size, cardWidth-2*3.2)
		c.write(t, 3.2, bottom-pitch*float64(len(lines)-1-i)-0.3, rgb(0x15171C))
	}
	return top - 1
}

// drawBars prints a bar code of nothing: its bars are the holder's.
func (p print) drawBars(c canvas, s Subject, x, y float64) {
	d := s.Holder.Dice("bars")
	for right := x + 19.6; x < right; x += 0.3 * float64(1+d.N(3)) {
		w := 0.22 * float64(1+d.N(3))
		c.fill(box(x, y, min(w, right-x), 6), p.ink)
		x += w
	}
}

// drawChip prints the contacts of a chip.
func (p print) drawChip(c canvas, x, y float64) {
	gold, line := rgb(0xD9BC74), rgb(0x8C7337)
	c.fill(rounded(x, y, 12, 9.6, 1.6), gold)
	c.fill(ring(x, y, 12, 9.6, 1.6, 0.2), line)
	c.fill(ring(x+4, y+2.6, 4, 4.4, 0.8, 0.2), line)
	for _, up := range []float64{3.2, 6.4} {
		c.fill(box(x, y+up, 4, 0.2), line)
		c.fill(box(x+8, y+up, 4, 0.2), line)
	}
}
