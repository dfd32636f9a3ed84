package ledger_test

import (
	"errors"
	"io"
	"net/http"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"github.com/ec2-quarantine/quarantine/internal/ledger"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// wire answers the requests of the SDK's own client, after some have failed.
type wire struct{ resets, asked int }

func (w *wire) Do(*http.Request) (*http.Response, error) {
	if w.asked++; w.asked <= w.resets {
		return nil, syscall.ECONNRESET // as on a connection that was kept alive, and is dead
	}
	body := `{"Attributes":{"subnets#vpc-1":{"SS":["subnet-1/i-1","subnet-2/i-2"]}}}`
	return &http.Response{StatusCode: http.StatusOK, Header: http.Header{}, Body: io.NopCloser(strings.NewReader(body))}, nil
}

// The brake would otherwise open whenever a function has slept for a while.
func TestADeadConnectionDoesNotOpenTheBrake(t *testing.T) {
	t.Parallel()
	for resets, worked := range []bool{true, true, false} {
		w := &wire{resets: resets}
		l := ledger.New(dynamodb.New(dynamodb.Options{
			Region: "eu-west-1", Credentials: credentials.NewStaticCredentialsProvider("id", "secret", ""), HTTPClient: w,
		}), table)
		began := time.Now()
		others, err := l.CountIsolation(t.Context(), isolation)
		if worked && (err != nil || len(others) != 1 || others[0] != "subnet-2") {
			t.Errorf("after %d resets: got %v, %v", resets, others, err)
		}
		if !worked && (!quarantine.Is(err, quarantine.Unavailable) || !errors.Is(err, syscall.ECONNRESET)) {
			t.Errorf("after %d resets: got %v", resets, err)
		}
		if want := min(resets+1, 2); w.asked != want || time.Since(began) > 800*time.Millisecond {
			t.Errorf("after %d resets: %d attempts in %v, want %d", resets, w.asked, time.Since(began), want)
		}
	}
}
