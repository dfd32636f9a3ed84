package main

import (
	"bytes"
	"fmt"
	"os"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
	"unsafe"

	"github.com/ec2-quarantine/quarantine/internal/history/story"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// terminals are the two ends of a terminal: what a person types at, and what a program reads from.
func terminals(t *testing.T) (person, program *os.File) {
	t.Helper()
	person, err := os.OpenFile("/dev/ptmx", os.O_RDWR|syscall.O_NOCTTY, 0)
	if err != nil {
		t.Skipf("there are no terminals: %v", err)
	}
	t.Cleanup(func() { _ = person.Close() })
	var locked, number int32
	for request, value := range map[uintptr]*int32{syscall.TIOCSPTLCK: &locked, syscall.TIOCGPTN: &number} {
		if _, _, fault := syscall.Syscall(syscall.SYS_IOCTL, person.Fd(), request, uintptr(unsafe.Pointer(value))); fault != 0 {
			t.Skipf("there are no terminals: %v", fault)
		}
	}
	program, err = os.OpenFile(fmt.Sprintf("/dev/pts/%d", number), os.O_RDWR|syscall.O_NOCTTY, 0)
	if err != nil {
		t.Skipf("there are no terminals: %v", err)
	}
	t.Cleanup(func() { _ = program.Close() })
	return person, program
}

// watchedScreen is what is printed, for whoever looks while that goes on.
type watchedScreen struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (s *watchedScreen) Write(b []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.text.Write(b)
}

// questions are the instances that a person has been asked about, in turn.
func (s *watchedScreen) questions() (ids []string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, after := range strings.Split(s.text.String(), "\nIs ")[1:] {
		id, _, _ := strings.Cut(after, " to be cut?")
		ids = append(ids, id)
	}
	return ids
}

// Executions for several instances go on side by side; a yes about one must not cut another.
func TestQuestionsOfTwoExecutionsComeOneByOne(t *testing.T) {
	t.Parallel()
	r, _, _ := asking(t)
	person, program := terminals(t)
	out := &watchedScreen{}
	r.s = streams{in: program, out: out, err: out}
	here := personHere{responderScreen{r, story.New(out, r.st)}}
	var both sync.WaitGroup
	for _, id := range []string{"req-1", "req-3"} {
		both.Go(func() {
			if err := here.Send(t.Context(), quarantine.Message{Kind: quarantine.KindApprovalAsked, Text: id, Ask: &quarantine.MessageAsk{RequestID: id}}); err != nil {
				t.Error(err)
			}
		})
	}
	answers := []string{"yes", "no"}
	for n, answer := range answers {
		for end := time.Now().Add(time.Minute); len(out.questions()) <= n && time.Now().Before(end); {
			time.Sleep(time.Millisecond)
		}
		time.Sleep(20 * time.Millisecond) // in which another question would come
		if got := out.questions(); len(got) != n+1 {
			t.Fatalf("%d questions are open before any answer but %d: %q", len(got), n, got)
		}
		if _, err := fmt.Fprintln(person, answer); err != nil {
			t.Fatal(err)
		}
	}
	both.Wait()
	for n, id := range out.questions() {
		for _, request := range []string{"req-1", "req-3"} {
			q, err := r.at.ledger.Request(t.Context(), request)
			if err != nil || q.Decision == nil {
				t.Fatalf("%+v: %v", q, err)
			}
			if q.Resource.ID == id && q.Decision.Approve != (answers[n] == "yes") {
				t.Errorf("the answer about %s was %s, and on record is %+v", id, answers[n], q.Decision)
			}
		}
	}
}
