package picture

import _ "embed" // for the drawings

//go:generate go run plain/main.go

// plain is the one drawing of a kind, with the picture's id.
func plain(kind Kind, id string) []byte {
	base := drawing(kind)
	if base == "" {
		return nil
	}
	return labelled(base, id)
}

var (
	//go:embed plain/portrait.jpg
	portraitDrawing string
	//go:embed plain/front.jpg
	frontDrawing string
	//go:embed plain/back.jpg
	backDrawing string
	//go:embed plain/front-frame.jpg
	frontFrameDrawing string
	//go:embed plain/back-frame.jpg
	backFrameDrawing string
	//go:embed plain/selfie.jpg
	selfieDrawing string
	//go:embed plain/signature.jpg
	signatureDrawing string
)

// drawing returns the JPEG file that all plain pictures of a kind are made from.
func drawing(kind Kind) string {
	switch kind {
	case Portrait:
		return portraitDrawing
	case Front:
		return frontDrawing
	case Back:
		return backDrawing
	case FrontFrame:
		return frontFrameDrawing
	case BackFrame:
		return backFrameDrawing
	case Selfie:
		return selfieDrawing
	case Signature:
		return signatureDrawing
	}
	return ""
}
