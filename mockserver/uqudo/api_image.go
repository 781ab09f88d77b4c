package uqudo

import (
	"net/http"
	"regexp"
	"strings"

	"github.com/gorilla/mux"

	"kycmock/mockserver/reply"
)

// imageShape is the form of an image's ID.
var imageShape = regexp.MustCompile(`^[0-9A-Fa-f]{24}$`)

// showImage answers with the file of an image whose checksum stands in a
// result. Source: Uqudo's Info API page; that images are gone when the JWS
// expires was observed on the live service.
func (u *Uqudo) showImage(c *call) error {
	id := mux.Vars(c.Request)["id"]
	if !imageShape.MatchString(id) {
		return refuse(http.StatusBadRequest, "the image ID is not 24 hexadecimal digits")
	}
	id, foreign := strings.ToLower(id), false
	for _, s := range u.results.Newest() {
		ref, has := s.image(id)
		switch owner, _ := u.account(s.Account); {
		case !has || !u.env.Clock.Now().Before(s.imagesUntil(owner)):
		case s.Account != c.account.Name:
			foreign = true
		default:
			return u.serveImage(c, s, ref)
		}
	}
	if foreign {
		return refuse(http.StatusForbidden, "the image belongs to another account")
	}
	return refuse(http.StatusNotFound, "the image has expired, or there is none of this ID")
}

// serveImage draws the image once more.
func (u *Uqudo) serveImage(c *call, s stored, ref imageRef) error {
	select {
	case u.drawing <- struct{}{}:
		defer func() { <-u.drawing }()
	case <-c.Context().Done():
		return c.Context().Err()
	}
	reply.Content(c.w, c.Request, "image/jpeg", s.Input.image(ref))
	return nil
}
