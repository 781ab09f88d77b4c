package uqudo

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"io"
	"mime"
	"net/http"
	"slices"

	"kycmock/mockserver/reply"
)

// createFaceSession begins a face session with a photo to compare with. Source:
// Uqudo's Face API page.
func (u *Uqudo) createFaceSession(c *call) error {
	photo, err := c.photo()
	if err != nil {
		return err
	}
	switch {
	case len(photo) > c.account.API.FacePhotoLimit:
		return refuse(http.StatusRequestEntityTooLarge, "the photo is too large")
	case len(photo) == 0:
		return refuse(http.StatusBadRequest, "idPhoto is missing or empty")
	case !slices.Contains([]string{"image/jpeg", "image/png"}, http.DetectContentType(photo)):
		return refuse(http.StatusUnsupportedMediaType, "the photo is neither JPEG nor PNG")
	}
	id, err := u.beginFaceSession(c.account)
	if err != nil {
		return err
	}
	reply.JSON(c.w, http.StatusCreated, struct {
		SessionID string `json:"sessionId"`
	}{id})
	return nil
}

// photo is the photo in a call's body: the part idPhoto of a multipart form, or
// the base64 member idPhoto of a JSON object. Of one that is too large it may
// be the beginning.
func (c *call) photo() ([]byte, error) {
	kind, _, _ := mime.ParseMediaType(c.Header.Get("Content-Type"))
	switch kind {
	case "multipart/form-data":
		return c.photoPart()
	case "application/json":
		return c.photoMember()
	}
	return nil, refuse(http.StatusUnsupportedMediaType, "the body is neither multipart/form-data nor application/json")
}

func (c *call) photoPart() ([]byte, error) {
	parts, err := c.MultipartReader()
	if err != nil {
		return nil, refuse(http.StatusBadRequest, "the multipart form cannot be read")
	}
	for {
		part, err := parts.NextPart()
		if errors.Is(err, io.EOF) {
			return nil, nil
		}
		if err != nil {
			return nil, refuse(http.StatusBadRequest, "the multipart form cannot be read")
		}
		if part.FormName() != "idPhoto" {
			continue
		}
		photo, err := io.ReadAll(io.LimitReader(part, int64(c.account.API.FacePhotoLimit)+1))
		if err != nil {
			return nil, refuse(http.StatusBadRequest, "the multipart form cannot be read")
		}
		return photo, nil
	}
}

func (c *call) photoMember() ([]byte, error) {
	// base64 makes four bytes of three, and JSON may escape some of them.
	text, err := io.ReadAll(io.LimitReader(c.Body, 2*int64(c.account.API.FacePhotoLimit)+4096))
	if err != nil {
		return nil, refuse(http.StatusBadRequest, "the body cannot be read")
	}
	if len(text) == 2*c.account.API.FacePhotoLimit+4096 {
		return nil, refuse(http.StatusRequestEntityTooLarge, "the photo is too large")
	}
	var body struct {
		IDPhoto string `json:"idPhoto"`
	}
	if err := json.Unmarshal(text, &body); err != nil {
		return nil, refuse(http.StatusBadRequest, "the body is not a JSON object with the text idPhoto")
	}
	photo, err := base64.StdEncoding.DecodeString(body.IDPhoto)
	if err != nil {
		return nil, refuse(http.StatusBadRequest, "idPhoto is not base64")
	}
	return photo, nil
}
