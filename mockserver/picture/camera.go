package picture

import (
	"image"
	"image/jpeg"
	"math"
	"strings"

	"kycmock/mockserver/person"
)

// A shot is how a picture of one kind and style is taken.
type shot struct {
	w, h    int
	units   float64 // of the drawing, across the width
	quality int     // of the JPEG file, 1 to 100
	noise   int     // the most by which it moves a pixel, of 255
	light   light
	soft    bool // slightly out of focus
}

// A light is how bright a picture is at its edges: 1 leaves it as it is drawn.
type light struct{ left, right, top, bottom float64 }

// shotOf returns the shot for a style and kind.
func shotOf(style Style, kind Kind) (shot, bool) {
	s, ok := drawnShots[kind]
	if style == Realistic {
		s, ok = realisticShots[kind]
	}
	return s, ok
}

// Qualities and noise are such that files have the sizes that Drawn and
// Realistic promise.
var (
	flat = light{1, 1, 1, 1}

	drawnShots = map[Kind]shot{
		Portrait:   {w: 400, h: 500, units: 100, quality: 90, noise: 3, light: flat},
		Front:      {w: 640, h: 404, units: cardWidth, quality: 80, noise: 2, light: flat},
		Back:       {w: 640, h: 404, units: cardWidth, quality: 80, noise: 2, light: flat},
		FrontFrame: {w: 720, h: 540, units: 100, quality: 75, noise: 2, light: flat},
		BackFrame:  {w: 720, h: 540, units: 100, quality: 75, noise: 2, light: flat},
		Selfie:     {w: 480, h: 640, units: 100, quality: 85, noise: 3, light: flat},
		Signature:  {w: 600, h: 210, units: 100, quality: 90, noise: 3, light: flat},
	}
	realisticShots = map[Kind]shot{
		Portrait:   {w: 600, h: 750, units: 100, quality: 92, noise: 14, soft: true, light: light{1.04, 0.94, 1.03, 0.97}},
		Front:      {w: 1280, h: 808, units: cardWidth, quality: 85, noise: 8, soft: true, light: light{0.97, 1.04, 1.04, 0.93}},
		Back:       {w: 1280, h: 808, units: cardWidth, quality: 85, noise: 8, soft: true, light: light{1.04, 0.95, 1.02, 0.95}},
		FrontFrame: {w: 1440, h: 1080, units: 100, quality: 82, noise: 10, soft: true, light: light{0.86, 1.14, 1.10, 0.84}},
		BackFrame:  {w: 1440, h: 1080, units: 100, quality: 82, noise: 10, soft: true, light: light{1.12, 0.86, 1.10, 0.84}},
		Selfie:     {w: 960, h: 1280, units: 100, quality: 84, noise: 12, soft: true, light: light{1.16, 0.80, 1.02, 0.92}},
		Signature:  {w: 800, h: 280, units: 100, quality: 92, noise: 8, soft: true, light: light{1, 0.97, 1, 0.96}},
	}
)

// take draws a picture and returns its JPEG file.
func (s shot) take(kind Kind, of Subject) string {
	c := newCanvas(s.w, s.h, s.units)
	paint(c, kind, of)
	film := s.expose(c.RGBA, of.Holder.Dice("grain of "+string(kind)))
	var file strings.Builder
	if err := jpeg.Encode(&file, film, &jpeg.Options{Quality: s.quality}); err != nil {
		panic(err) // nothing is larger than a JPEG can be
	}
	return file.String()
}

// expose turns a drawing into what a camera would have made of it, in the
// colours that a JPEG file holds: brightness for every pixel, hue for every
// second one of every second row.
func (s shot) expose(m *image.RGBA, d *person.Dice) *image.YCbCr {
	w, h := m.Rect.Dx(), m.Rect.Dy()
	film := image.NewYCbCr(m.Rect, image.YCbCrSubsampleRatio420)
	across := make([]int, w) // how bright each column is, of 1024
	for x := range across {
		across[x] = int(1024 * blend(s.light.left, s.light.right, float64(x)/float64(w)))
	}
	grain := newGrain(d, s.noise)
	for y := range h {
		down := int(1024 * blend(s.light.top, s.light.bottom, float64(y)/float64(h)))
		row := m.Pix[y*m.Stride:][:4*w]
		next, right := row, 0
		if s.soft {
			next, right = m.Pix[min(y+1, h-1)*m.Stride:][:4*w], 4
		}
		for x, bright := range across {
			bright = bright * down >> 10
			i := 4 * x
			j := min(i+right, 4*w-4)
			// Each is the sum of a pixel and its neighbours to the right and below.
			red := int(row[i]) + int(row[j]) + int(next[i]) + int(next[j])
			green := int(row[i+1]) + int(row[j+1]) + int(next[i+1]) + int(next[j+1])
			blue := int(row[i+2]) + int(row[j+2]) + int(next[i+2]) + int(next[j+2])
			grey := (19595*red + 38470*green + 7471*blue) >> 18
			film.Y[y*film.YStride+x] = clamp(grey*bright>>10 + grain.next())
			if x%2 == 0 && y%2 == 0 { // the weights are JFIF's, of 65536
				k := y/2*film.CStride + x/2
				film.Cb[k] = clamp(128 + (-11056*red-21712*green+32768*blue)>>18*bright>>10)
				film.Cr[k] = clamp(128 + (32768*red-27440*green-5328*blue)>>18*bright>>10)
			}
		}
	}
	return film
}

func blend(a, b, share float64) float64 { return a + (b-a)*share }

func clamp(v int) byte { return byte(max(0, min(255, v))) }

// A grain is the noise of a camera: numbers around 0, the small ones more
// often.
type grain struct {
	state uint64
	most  int
}

func newGrain(d *person.Dice, most int) *grain {
	return &grain{state: uint64(d.N(math.MaxInt))<<1 | 1, most: most}
}

// next draws by Marsaglia's xorshift, which is fast and good enough to look at.
func (g *grain) next() int {
	x := g.state
	x ^= x << 13
	x ^= x >> 7
	x ^= x << 17
	g.state = x
	a, b := int(x>>40&0xFFF), int(x>>52)
	return (a - b) * g.most >> 12
}
