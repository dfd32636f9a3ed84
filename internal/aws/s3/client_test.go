package s3_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	awss3 "github.com/aws/aws-sdk-go-v2/service/s3"

	"github.com/ec2-quarantine/quarantine/internal/aws/s3"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// over is the adapter with the SDK's client, without retries, for a handler.
func over(t *testing.T, h http.HandlerFunc) *s3.Client {
	t.Helper()
	server := httptest.NewServer(h)
	t.Cleanup(server.Close)
	return s3.New(awss3.New(awss3.Options{
		Region: "eu-west-1", BaseEndpoint: &server.URL, UsePathStyle: true, Retryer: aws.NopRetryer{},
		Credentials: credentials.NewStaticCredentialsProvider("test", "test", ""),
	}), "eu-west-1")
}

// everyCall calls each method of a client.
func everyCall(t *testing.T, c *s3.Client) map[string]error {
	t.Helper()
	out := map[string]error{}
	_, out["ListBuckets"] = c.Buckets(t.Context(), "quarantine-")
	_, out["GetBucketTagging"] = c.Tags(t.Context(), "one")
	_, out["ListObjectVersions"] = c.Remove(t.Context(), "one")
	return out
}

func fault(w http.ResponseWriter, status int, code string) {
	w.WriteHeader(status)
	fmt.Fprintf(w, "<Error><Code>%s</Code><Message>no</Message></Error>", code)
}

func TestFaultsAreNamed(t *testing.T) {
	t.Parallel()
	for code, want := range map[string]struct {
		status     int
		name, text string
	}{
		"AccessDenied":      {403, quarantine.AccessDenied, "S3 denied %s: you need s3:"},
		"SlowDown":          {503, quarantine.Throttled, "S3 throttled %s, try again later"},
		"InternalError":     {500, quarantine.Unavailable, "S3 did not carry out %s"},
		"OperationAborted":  {409, quarantine.Contended, "somebody else uses the bucket"},
		"PermanentRedirect": {400, quarantine.Unexpected, "S3 refused %s in a way that is not foreseen"},
	} {
		c := over(t, func(w http.ResponseWriter, _ *http.Request) { fault(w, want.status, code) })
		for operation, err := range everyCall(t, c) {
			text := strings.Replace(want.text, "%s", operation, 1)
			if quarantine.NameOf(err) != want.name || !strings.HasPrefix(err.Error(), text) || strings.Contains(err.Error(), "%!") {
				t.Errorf("%s: %s of %s; want %s: %s", code, quarantine.NameOf(err), err, want.name, text)
			}
		}
	}
}

// Buckets of other regions are left out, because a client of this region cannot read their tags.
func TestOnlyTheRegionsBucketsAreListed(t *testing.T) {
	t.Parallel()
	var asked string
	c := over(t, func(w http.ResponseWriter, r *http.Request) {
		asked = r.URL.RawQuery
		fmt.Fprint(w, "<ListAllMyBucketsResult><Buckets><Bucket><Name>b</Name></Bucket><Bucket><Name>a</Name></Bucket></Buckets></ListAllMyBucketsResult>")
	})
	got, err := c.Buckets(t.Context(), "quarantine-artifacts-")
	if err != nil || strings.Join(got, " ") != "a b" {
		t.Errorf("got %q, %v", got, err)
	}
	if !strings.Contains(asked, "bucket-region=eu-west-1") || !strings.Contains(asked, "prefix=quarantine-artifacts-") {
		t.Errorf("asked %s", asked)
	}
}

// DeleteObjects succeeds even if it does not delete an object.
func TestAnObjectThatIsNotDeletedIsAnError(t *testing.T) {
	t.Parallel()
	c := over(t, func(w http.ResponseWriter, r *http.Request) {
		switch r.Method {
		case http.MethodPost:
			fmt.Fprint(w, "<DeleteResult><Error><Key>kept.zip</Key><Code>AccessDenied</Code><Message>no</Message></Error></DeleteResult>")
		case http.MethodGet:
			fmt.Fprint(w, "<ListVersionsResult><Version><Key>kept.zip</Key><VersionId>1</VersionId></Version><Version><Key>b</Key><VersionId>2</VersionId></Version></ListVersionsResult>")
		default:
			t.Errorf("the bucket was deleted: %s", r.Method)
		}
	})
	deleted, err := c.Remove(t.Context(), "one")
	if deleted != 1 || !quarantine.Is(err, quarantine.AccessDenied) || !strings.Contains(err.Error(), "1 objects, the first of them kept.zip: you need s3:DeleteObject") {
		t.Errorf("deleted %d: %v", deleted, err)
	}
}

func TestAMissingBucketIsNoError(t *testing.T) {
	t.Parallel()
	c := over(t, func(w http.ResponseWriter, _ *http.Request) { fault(w, 404, "NoSuchBucket") })
	if tags, err := c.Tags(t.Context(), "one"); err != nil || len(tags) != 0 {
		t.Errorf("tags %v, %v", tags, err)
	}
	if _, err := c.Remove(t.Context(), "one"); err != nil {
		t.Error(err)
	}
}
