package picture

import "math"

// drawLines prints the fine lines that are hard to copy: waves over the whole
// card, and a rosette around x and y.
func (p print) drawLines(c canvas, x, y float64) {
	const lines, parts = 14, 70
	thin := even(0.11)
	var waves path
	for k := range lines {
		var points []point
		for i := range parts + 1 {
			t := float64(i) / parts
			a := t*math.Pi*p.waves + float64(k)*0.22
			points = append(points, point{1.5 + t*(cardWidth-3),
				29 + 15*math.Sin(a) + 6*math.Sin(2.3*a+float64(k)*0.3)})
		}
		waves = append(waves, stroke(thin, points...)...)
	}
	c.fill(waves, p.tint.glass(0.20))
	c.fill(p.rosette(x, y, 15, thin), p.tint.glass(0.30))
}

// rosette is a flower of one line that crosses itself.
func (p print) rosette(x, y, r float64, width func(float64) float64) path {
	const turns = 5
	var points []point
	parts := int(p.petals) * 60
	for i := range parts + 1 {
		a := 2 * math.Pi * turns * float64(i) / float64(parts)
		sin, cos := math.Sincos(a)
		out := r * (0.66 + 0.34*math.Cos(a*p.petals/turns))
		points = append(points, point{x + out*cos, y + out*sin})
	}
	return stroke(width, points...)
}

// drawSeal prints a small seal that overlaps the photograph.
func (p print) drawSeal(c canvas, x, y float64) {
	c.fill(ellipse(x, y, 3.6, 3.6), rgb(0xF2F6FA).glass(0.35))
	c.fill(p.rosette(x, y, 3.5, even(0.12)), p.tint.glass(0.75))
}
