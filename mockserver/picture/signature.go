package picture

import "kycmock/mockserver/person"

// drawSignature paints a signature on white, 100 wide and 35 high.
func drawSignature(c canvas, p person.Person) {
	c.wash(rgb(0xFFFFFF), rgb(0xFBFBF8))
	sign(c, p, rgb(0x1D2C5E))
	c.specimen(84, 31.6, 22, 0, stamp)
}

// sign draws a person's signature in a box that is 100 wide and 35 high.
func sign(c canvas, p person.Person, ink colour) {
	d := p.Dice("signature")
	within := func(low, high float64) float64 { return low + (high-low)*float64(d.N(1000))/1000 }
	x := within(8, 12)
	points := []point{{x, 22}, {x + 7, 4}, {x + 12, within(3, 6)}, {x + 5, 26}, {x + 1, 29}, {x + 13, 19}}
	x += 13
	letters := 5 + d.N(4)
	for range letters {
		step := 48 / float64(letters)
		tall := within(9, 17)
		if d.N(4) > 0 {
			tall = within(15, 19)
		}
		points = append(points, point{x + step*0.45, tall}, point{x + step*within(0.5, 0.9), within(21, 25)})
		if d.N(3) == 0 { // a loop below the line
			points = append(points, point{x + step*0.3, within(27, 31)}, point{x + step*0.35, 24})
		}
		x += step
	}
	points = append(points, point{x + 8, within(12, 16)}, point{min(x+18, 94), within(10, 20)})
	c.fill(stroke(pressed, smooth(points...)...), ink)
	line := within(28, 31)
	c.fill(stroke(tapered(0.9), smooth(point{16, line}, point{45, line - 2.5},
		point{within(70, 88), line - within(1, 4)})...), ink)
}

// pressed is the width of a line that a hand draws: it begins firmly.
func pressed(t float64) float64 { return 1.25 - 0.55*t }
