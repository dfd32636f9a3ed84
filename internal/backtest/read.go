package backtest

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"github.com/ec2-quarantine/quarantine/internal/guardduty"
)

// Read reads the findings of a file: events, what aws guardduty get-findings prints, or what
// GuardDuty exports to S3, one finding a line. What cannot be read is listed with its line, and what
// stands beside it is read.
func Read(file string, text []byte) Input {
	r := &reader{file: file, text: text, line: 1}
	r.documents()
	if len(r.out.Findings)+len(r.out.Unread) == 0 && !r.some {
		r.refuse(r.file, errors.New("it is empty: there is no finding in it"))
	}
	return r.out
}

// reader reads one file.
type reader struct {
	file string
	text []byte
	at   int  // how much of the text is behind
	line int  // of what begins at it
	some bool // JSON was there, if without a finding
	out  Input
}

// documents reads the JSON texts of the file, one after the other.
func (r *reader) documents() {
	for {
		r.advance(len(r.text[r.at:]) - len(bytes.TrimLeft(r.text[r.at:], " \t\r\n")))
		if r.at == len(r.text) {
			return
		}
		var doc json.RawMessage
		d := json.NewDecoder(bytes.NewReader(r.text[r.at:]))
		if err := d.Decode(&doc); err != nil {
			r.refuse(r.place(r.line), broken(err))
			r.advance(toNext(r.text[r.at:]))
			continue
		}
		r.some = true
		r.document(doc, r.line)
		r.advance(int(d.InputOffset()))
	}
}

func (r *reader) advance(by int) {
	r.line += bytes.Count(r.text[r.at:r.at+by], []byte("\n"))
	r.at += by
}

// toNext is how far it is to a line that begins a JSON text, from one that cannot be read.
func toNext(text []byte) int {
	for at := 0; at < len(text); {
		end := bytes.IndexByte(text[at:], '\n')
		if end < 0 {
			break
		}
		at += end + 1
		if at < len(text) && (text[at] == '{' || text[at] == '[') {
			return at
		}
	}
	return len(text)
}

// broken says what is wrong with JSON, in words.
func broken(err error) error {
	if errors.Is(err, io.ErrUnexpectedEOF) {
		return errors.New("no finding can be read: the JSON is cut off")
	}
	return fmt.Errorf("no finding can be read: this is no JSON: %w", err)
}

// document reads what one JSON text holds: a list of any length, or what an event comes in.
func (r *reader) document(doc json.RawMessage, line int) {
	if items, is := listed(doc); is {
		behind := 0
		for _, item := range items {
			line += bytes.Count(doc[behind:item.at], []byte("\n"))
			behind = item.at
			r.document(item.text, line)
		}
		return
	}
	for _, e := range guardduty.Events(doc) {
		f, err := newFinding(r.place(line), e)
		if err != nil {
			r.refuse(r.place(line)+idOf(e.Body), err)
			continue
		}
		r.out.Findings = append(r.out.Findings, f)
	}
}

func (r *reader) place(line int) string { return fmt.Sprintf("%s, line %d", r.file, line) }

func (r *reader) refuse(place string, err error) {
	r.out.Unread = append(r.out.Unread, Unread{place, err.Error()})
}

// idOf names what cannot be read as a finding, if it has a name.
func idOf(event []byte) string {
	var e struct {
		ID     string
		Detail struct{ ID string }
	}
	if json.Unmarshal(event, &e) != nil {
		return ""
	}
	if id := cmp.Or(e.Detail.ID, e.ID); id != "" {
		return ", id " + id
	}
	return ""
}
