package call

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
)

// NewID invents an id in AWS's long form: the prefix and 17 hexadecimal
// digits. An account that goes through the same changes gives the same ids.
func (e *Endpoint) NewID(prefix string) string {
	return prefix + "-0" + e.digest(prefix)[:16]
}

// NewUUID invents an id in the form of SNS's message ids.
func (e *Endpoint) NewUUID(of string) string {
	d := e.digest(of)
	return fmt.Sprintf("%s-%s-%s-%s-%s", d[:8], d[8:12], d[12:16], d[16:20], d[20:32])
}

func (e *Endpoint) digest(of string) string {
	sum := sha256.Sum256(fmt.Appendf(nil, "%s/%s/%s/%d", e.opts.AccountID, e.opts.Region, of, e.nextID()))
	return hex.EncodeToString(sum[:])
}

// idRange are the numbers of ids after one and up to another.
type idRange struct{ after, to int }

// nextID gives the number of the next id: one that an answer has promised, if
// there is one left.
func (e *Endpoint) nextID() int {
	if e.promised.after < e.promised.to {
		e.promised.after++
		return e.promised.after
	}
	e.ids++
	return e.ids
}
