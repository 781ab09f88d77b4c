package uip

// attachment is a file of a message.
type attachment struct {
	Filename    string `json:"filename"`
	ContentType string `json:"content_type"`
	Content     []byte `json:"content"` // base64 in JSON
	Size        int    `json:"size"`
}

// attachmentInfo is a file without its content.
type attachmentInfo struct {
	Filename    string `json:"filename"`
	ContentType string `json:"contentType"`
	Size        int    `json:"size"`
}

func (a attachment) info() attachmentInfo { return attachmentInfo{a.Filename, a.ContentType, a.Size} }

// attachments are the files of one message.
type attachments struct {
	Files []attachment `json:"files"`
}

// Size is how many bytes the files hold.
func (a attachments) Size() int {
	n := 0
	for _, f := range a.Files {
		n += len(f.Content)
	}
	return n
}

// Masked is the files without their content, which readers of the journal have
// no use for.
func (a attachments) Masked() any {
	short := []attachmentInfo{}
	for _, f := range a.Files {
		short = append(short, f.info())
	}
	return struct {
		Files []attachmentInfo `json:"files"`
	}{short}
}

// maxAttachments bounds what the files of all messages hold together. Beyond it
// the oldest lose their content, and audit records have none of them.
const maxAttachments = 256 << 20 // bytes

// keep puts a message's files down.
func (u *UIP) keep(message string, files []attachment) {
	u.attachments.Put(message, attachments{files})
	u.sweep()
	held := 0
	for _, a := range u.attachments.Newest() {
		held += a.Size()
	}
	for id, a := range u.attachments.All() {
		if held <= maxAttachments {
			return
		}
		held -= a.Size()
		u.attachments.Drop(id)
		u.env.Log.Warn("the files of a message were forgotten: all of them together are too large", "message", id)
	}
}

// letGo drops the files of a message that nobody will answer.
func (u *UIP) letGo(message string) { u.attachments.Delete(message) }

// filesOf returns a message's files, never nil.
func (u *UIP) filesOf(message string) []attachment {
	if a, ok := u.attachments.Get(message); ok {
		return a.Files
	}
	return []attachment{}
}
