package main

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"sync"
	"time"
)

// snapshotLocks are EC2's locks of snapshots over HTTP, which moto does not have.
type snapshotLocks struct {
	mu    sync.Mutex
	until map[string]time.Time
}

// serve answers the operations of locks, and tells whether the request was one of them.
// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_LockSnapshot.html
func (l *snapshotLocks) serve(to http.ResponseWriter, from *http.Request) bool {
	body, err := io.ReadAll(from.Body)
	if err != nil {
		http.Error(to, err.Error(), http.StatusBadRequest)
		return true
	}
	from.Body = io.NopCloser(bytes.NewReader(body))
	form, _ := url.ParseQuery(string(body)) // other services' bodies are no forms
	l.mu.Lock()
	defer l.mu.Unlock()
	switch form.Get("Action") {
	case "LockSnapshot":
		days, err := strconv.Atoi(form.Get("LockDuration"))
		if err != nil || form.Get("LockMode") != "governance" {
			http.Error(to, "not a lock in governance mode for some days", http.StatusBadRequest)
			return true
		}
		id := form.Get("SnapshotId")
		l.until[id] = time.Now().UTC().Add(time.Duration(days) * 24 * time.Hour).Truncate(time.Second)
		fmt.Fprintf(to, "<LockSnapshotResponse>%s</LockSnapshotResponse>", l.of(id))
	case "UnlockSnapshot":
		id := form.Get("SnapshotId")
		delete(l.until, id)
		fmt.Fprintf(to, "<UnlockSnapshotResponse><snapshotId>%s</snapshotId></UnlockSnapshotResponse>", id)
	case "DescribeLockedSnapshots":
		var items strings.Builder
		for n := 1; form.Get(fmt.Sprintf("SnapshotId.%d", n)) != ""; n++ {
			if id := form.Get(fmt.Sprintf("SnapshotId.%d", n)); !l.until[id].IsZero() {
				items.WriteString("<item>" + l.of(id) + "</item>")
			}
		}
		fmt.Fprintf(to, "<DescribeLockedSnapshotsResponse><snapshotSet>%s</snapshotSet></DescribeLockedSnapshotsResponse>", items.String())
	default:
		return false
	}
	return true
}

func (l *snapshotLocks) of(id string) string {
	return fmt.Sprintf("<snapshotId>%s</snapshotId><lockState>governance</lockState><lockExpiresOn>%s</lockExpiresOn>", id, l.until[id].Format(time.RFC3339))
}
