package moto

import (
	"context"
	"net/http"
	"sync"

	"github.com/aws/aws-sdk-go-v2/aws"
)

func credentials() aws.CredentialsProvider {
	return aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) {
		return aws.Credentials{AccessKeyID: accessKey, SecretAccessKey: secretKey, Source: "mototest"}, nil
	})
}

// transport uses no proxy, even if the environment sets one.
var transport = &http.Transport{MaxIdleConnsPerHost: 64}

// sideBySide is an HTTP client whose requests belong to the account: moto takes the
// account ID from a header.
// https://docs.getmoto.org/en/latest/docs/multi_account.html
func (a Account) sideBySide() *http.Client {
	return &http.Client{Transport: roundTripper(func(r *http.Request) (*http.Response, error) {
		r = r.Clone(r.Context())
		r.Header.Set("X-Moto-Account-Id", a.ID)
		return transport.RoundTrip(r)
	})}
}

// oneAtATime is sideBySide, but sends a request only after the answer to the previous one.
func (a Account) oneAtATime() *http.Client {
	var turn sync.Mutex
	next := a.sideBySide().Transport
	return &http.Client{Transport: roundTripper(func(r *http.Request) (*http.Response, error) {
		turn.Lock()
		defer turn.Unlock()
		return next.RoundTrip(r)
	})}
}

type roundTripper func(*http.Request) (*http.Response, error)

func (f roundTripper) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }
