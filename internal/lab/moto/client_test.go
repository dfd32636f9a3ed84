package moto

import (
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/service/sts"
)

// plant puts credentials and an endpoint where the SDK looks for them, and returns the access key.
func plant(t *testing.T) (key string) {
	t.Helper()
	file := filepath.Join(t.TempDir(), "credentials")
	const inFile = "[default]\naws_access_key_id = AKIAFILE\naws_secret_access_key = file\nendpoint_url = http://127.0.0.1:1\n"
	if err := os.WriteFile(file, []byte(inFile), 0o600); err != nil {
		t.Fatal(err)
	}
	for name, value := range map[string]string{
		"AWS_ACCESS_KEY_ID": "AKIAPLANTED", "AWS_SECRET_ACCESS_KEY": "planted", "AWS_SESSION_TOKEN": "planted-token",
		"AWS_PROFILE": "default", "AWS_CONFIG_FILE": file, "AWS_SHARED_CREDENTIALS_FILE": file,
		"AWS_REGION": "us-gov-west-1", "AWS_ENDPOINT_URL": "http://127.0.0.1:1",
	} {
		t.Setenv(name, value)
	}
	return "AKIAPLANTED"
}

func TestRealCredentialsAreNotUsed(t *testing.T) {
	planted := plant(t)
	found, err := config.LoadDefaultConfig(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if who, err := found.Credentials.Retrieve(t.Context()); err != nil || who.AccessKeyID != planted {
		t.Fatalf("the SDK does not find the planted credentials, but %q, %v: the test is void", who.AccessKeyID, err)
	}
	seen := make(chan http.Header, 1)
	server := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { seen <- r.Header }))
	defer server.Close()
	client := sts.NewFromConfig(Account{ID: "111122223333", Endpoint: server.URL}.Config())

	_, _ = client.GetCallerIdentity(t.Context(), &sts.GetCallerIdentityInput{}) // the server's answer is not one of STS

	select {
	case header := <-seen:
		if got := header.Get("Authorization"); !strings.Contains(got, "Credential="+accessKey+"/") || !strings.Contains(got, "/"+Region+"/sts/") {
			t.Errorf("signed by %q", got)
		}
		if token := header.Get("X-Amz-Security-Token"); token != "" {
			t.Errorf("sent the session token %q", token)
		}
		if got := header.Get("X-Moto-Account-Id"); got != "111122223333" {
			t.Errorf("sent for account %q", got)
		}
	default:
		t.Fatal("no request reached the server")
	}
}

// crowd reports whether two requests reach the server at the same time. The server
// answers as soon as both are there, or after 200 ms.
func crowd(t *testing.T, client func(Account) *http.Client) bool {
	t.Helper()
	var inside atomic.Int32
	both := make(chan struct{})
	server := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {
		if inside.Add(1) == 2 {
			close(both)
		}
		defer inside.Add(-1)
		select {
		case <-both:
		case <-time.After(200 * time.Millisecond):
		}
	}))
	defer server.Close()
	c := client(Account{ID: "111122223333", Endpoint: server.URL})
	var wg sync.WaitGroup
	for range 2 {
		wg.Go(func() {
			answer, err := c.Get(server.URL)
			if err != nil {
				t.Error(err)
				return
			}
			_ = answer.Body.Close()
		})
	}
	wg.Wait()
	select {
	case <-both:
		return true
	default:
		return false
	}
}

func TestRequestsGoOneAtATimeUnlessToldOtherwise(t *testing.T) {
	t.Parallel()
	if crowd(t, Account.oneAtATime) {
		t.Error("two requests of one account were there at once")
	}
	if !crowd(t, Account.sideBySide) {
		t.Error("the second request waited for the first")
	}
}
