package picture

import "math"

// menCuts and womenCuts return the haircuts. Each is drawn twice: what hangs
// behind the body, and what lies on the head.
func menCuts() []func(face, canvas, bool) {
	return []func(face, canvas, bool){cropped, parted, quiff, curly, receding}
}

func womenCuts() []func(face, canvas, bool) {
	return []func(face, canvas, bool){long, bob, bun, wavy, fringe}
}

// skull is the outer outline of hair, from the left temple over the crown to
// the right one, so far from the head.
func (f face) skull(thick, top, low float64) []point {
	x := func(out float64) float64 { return 50 + out*f.width }
	return []point{
		{x(-21.3 - thick*0.6), low}, {x(-21.8 - thick), 46}, {x(-18.4 - thick), 34 - thick*0.4},
		{x(-10), 26.2 - thick - top*0.7},
		{x(1), 24.5 - thick - top}, {x(11), 26.4 - thick - top*0.7}, {x(18.6 + thick), 34 - thick*0.4},
		{x(21.8 + thick), 46}, {x(21.3 + thick*0.6), low},
	}
}

// cap closes an outer outline with a hairline, right to left.
func (f face) cap(c canvas, outer []point, hairline ...point) {
	all := outer
	for _, p := range hairline {
		all = append(all, point{50 + p.x*f.width, p.y})
	}
	c.fill(blob(all...), f.hair)
}

// shine lets a lock of hair catch the light.
func (f face) shine(c canvas, width float64, points ...point) {
	for i := range points {
		points[i].x = 50 + points[i].x*f.width
	}
	c.fill(stroke(tapered(width), smooth(points...)...), f.hair.lighter(0.16).glass(0.55))
}

func (f face) strand(c canvas, points ...point) {
	for i := range points {
		points[i].x = 50 + points[i].x*f.width
	}
	c.fill(stroke(tapered(0.7), smooth(points...)...), f.hair.darker(0.3).glass(0.5))
}

func cropped(f face, c canvas, behind bool) {
	if behind {
		return
	}
	f.cap(c, f.skull(0.9, 1.2, 56), point{19.6, 49}, point{17.5, 41.5}, point{11, 38}, point{0, 37},
		point{-11, 38}, point{-17.5, 41.5}, point{-19.6, 49})
	f.shine(c, 2, point{-13, 31}, point{-6, 27.2}, point{3, 26.4})
}

func parted(f face, c canvas, behind bool) {
	if behind {
		return
	}
	f.cap(c, f.skull(1.5, 3.2, 57), point{19.8, 50}, point{18.6, 43}, point{13, 40.6}, point{3, 39.2},
		point{-7, 36}, point{-11.6, 31.5},
		point{-15.6, 37}, point{-18.6, 43}, point{-19.8, 50})
	f.strand(c, point{-11.4, 32}, point{-9.5, 27.5}, point{-6, 23.6})
	f.strand(c, point{-8, 33.6}, point{2, 36}, point{13, 37.4})
	f.shine(c, 2.2, point{-5, 28}, point{4, 27.2}, point{13, 31.6})
}

func quiff(f face, c canvas, behind bool) {
	if behind {
		return
	}
	f.cap(c, f.skull(0.8, 0.4, 56), point{19.6, 49}, point{17.8, 41}, point{11, 37.6}, point{0, 36.4},
		point{-11, 37.6}, point{-17.8, 41}, point{-19.6, 49})
	f.cap(c, []point{{50 - 14*f.width, 37.5}}, point{-16.5, 29}, point{-11, 21.4}, point{0, 17.6},
		point{11.5, 19}, point{17.4, 26.6},
		point{15.6, 35}, point{10, 38.6}, point{1, 34.8}, point{-8, 34.6})
	f.strand(c, point{-9, 33}, point{-6, 26}, point{1, 21.4})
	f.strand(c, point{-1, 33.4}, point{3, 27}, point{9, 22.6})
	f.shine(c, 2.2, point{-11.6, 29}, point{-7, 23.4}, point{0, 20.6})
}

func curly(f face, c canvas, behind bool) {
	if behind {
		return
	}
	f.cap(c, f.skull(1, 2, 54), point{19.4, 47}, point{17, 40}, point{10, 37}, point{0, 36}, point{-10, 37},
		point{-17, 40}, point{-19.4, 47})
	for i := range 15 {
		a := math.Pi * (0.97 - 0.94*float64(i)/14) // over the head, from ear to ear
		x, y := 50+21.4*f.width*math.Cos(a), 47-22.4*math.Sin(a)
		c.fill(ellipse(x, y, 5.3, 5.3), f.hair)
	}
	for i := range 9 {
		a := math.Pi * (0.9 - 0.8*float64(i)/8)
		x, y := 50+16*f.width*math.Cos(a), 46-13.4*math.Sin(a)
		c.fill(ellipse(x, y, 4.4, 4), f.hair)
		curl := smooth(point{x - 2.2, y + 0.4}, point{x - 0.6, y - 2}, point{x + 2, y - 0.9}, point{x + 1.2, y + 1.2})
		c.fill(stroke(tapered(0.8), curl...), f.hair.lighter(0.22).glass(0.6))
	}
}

func receding(f face, c canvas, behind bool) {
	if behind {
		return
	}
	for _, side := range []float64{-1, 1} {
		x := func(out float64) float64 { return 50 + side*out*f.width }
		c.fill(blob(point{x(21.3), 56}, point{x(22.7), 47}, point{x(20.4), 37}, point{x(14.6), 30}, point{x(16), 36},
			point{x(18.2), 42}, point{x(19.4), 49}), f.hair)
	}
	c.fill(ellipse(50-6*f.width, 33, 6, 2.6), rgb(0xFFFFFF).glass(0.2))
}

func long(f face, c canvas, behind bool) {
	if behind {
		f.mane(c, 106, 25.5)
		return
	}
	f.curtain(c, 82)
}

func bob(f face, c canvas, behind bool) {
	if behind {
		f.mane(c, 87, 26.5)
		return
	}
	f.curtain(c, 76)
}

// mane is the hair behind head and neck, down to low.
func (f face) mane(c canvas, low, wide float64) {
	x := func(out float64) float64 { return 50 + out*f.width }
	c.fill(blob(mirrored(50, point{50, 22.5}, point{x(13), 24.5}, point{x(21.5), 33}, point{x(24.2), 48},
		point{x(wide - 0.5), (48 + low) / 2},
		point{x(wide), low - 5}, point{x(wide - 5), low}, point{x(12), low - 2},
		point{50, low - 3})...), f.hair.darker(0.22))
}

// curtain is hair that is parted in the middle and falls to both sides.
func (f face) curtain(c canvas, low float64) {
	for _, side := range []float64{-1, 1} {
		x := func(out float64) float64 { return 50 + side*out*f.width }
		c.fill(blob(point{50 - side*0.6, 22.4}, point{x(12), 24}, point{x(21), 32}, point{x(24.4), 47},
			point{x(25.2), 62}, point{x(24), low},
			point{x(20.4), low - 5}, point{x(18.6), 66}, point{x(18.6), 59}, point{x(18.8), 51}, point{x(14), 40},
			point{x(5), 33.6}, point{50 - side*0.6, 29.5}), f.hair)
		f.strand(c, point{side * 2.4, 27}, point{side * 13.5, 33.5}, point{side * 20.4, 46}, point{side * 22.6, 62})
		f.shine(c, 1.8, point{side * 6, 26.4}, point{side * 15.6, 31.4}, point{side * 20.8, 40})
	}
}

func bun(f face, c canvas, behind bool) {
	if behind {
		c.fill(ellipse(50, 18.4, 10.2, 9), f.hair.darker(0.12))
		c.fill(stroke(tapered(0.9), smooth(point{43, 19}, point{49, 13},
			point{56.4, 16})...), f.hair.lighter(0.2).glass(0.6))
		return
	}
	f.cap(c, f.skull(1.2, 0.8, 58), point{19.8, 50}, point{18.2, 43}, point{13, 37}, point{6, 33.4},
		point{0, 32.4}, point{-6, 33.4}, point{-13, 37}, point{-18.2, 43}, point{-19.8, 50})
	f.strand(c, point{0, 31.6}, point{-9, 31}, point{-17, 37}, point{-20, 45})
	f.strand(c, point{2, 30}, point{10, 31}, point{17, 36.6}, point{20.4, 45})
	f.shine(c, 1.8, point{-14.5, 31}, point{-7, 27}, point{2, 26})
}

func wavy(f face, c canvas, behind bool) {
	const waves = 7
	if behind {
		f.mane(c, 98, 25)
		for i := range waves {
			y := 46 + 8.2*float64(i)
			for _, side := range []float64{-1, 1} {
				c.fill(ellipse(50+side*(22.4+0.6*float64(i))*f.width, y, 5.6, 6.6), f.hair.darker(0.1))
			}
		}
		return
	}
	f.curtain(c, 80)
	for i := range 5 {
		y := 44 + 8*float64(i)
		for _, side := range []float64{-1, 1} {
			c.fill(ellipse(50+side*(23+0.5*float64(i%2))*f.width, y, 3.5, 5.2), f.hair)
			f.shine(c, 1.2, point{side * 24.5, y - 3.4}, point{side * 25.8, y}, point{side * 24.3, y + 3})
		}
	}
}

func fringe(f face, c canvas, behind bool) {
	if behind {
		f.mane(c, 93, 25)
		return
	}
	f.cap(c, f.skull(2.2, 1.6, 74), point{21, 70}, point{20.8, 60}, point{19.8, 50}, point{16.6, 47.6},
		point{9, 46.4}, point{0, 46}, point{-9, 46.4},
		point{-16.6, 47.6}, point{-19.8, 50}, point{-20.8, 60}, point{-21, 70})
	for i := range 6 {
		x := -13.5 + 5.4*float64(i)
		f.strand(c, point{x * 0.7, 31}, point{x * 0.95, 38}, point{x, 45.4})
	}
	f.shine(c, 2.2, point{-15, 34}, point{-6, 28.6}, point{6, 28})
}
