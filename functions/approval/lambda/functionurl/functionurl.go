// Package functionurl lets an http.Handler serve a Lambda function URL.
package functionurl

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"net"
	"net/http"
	"strings"
	"unicode/utf8"

	"github.com/aws/aws-lambda-go/events"

	"github.com/ec2-quarantine/quarantine/functions/approval"
	"github.com/ec2-quarantine/quarantine/internal/boundary"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// Function passes events of the function URL to h, and all other events to task.
// Lambda writes the envelope of a function URL's event, so a caller of the URL
// cannot imitate the state machine.
func Function(h http.Handler, task boundary.Function) boundary.Function {
	web := boundary.Wrap(func(ctx context.Context, e events.LambdaFunctionURLRequest) (events.LambdaFunctionURLResponse, error) {
		return serve(ctx, h, e)
	})
	return func(ctx context.Context, payload []byte) ([]byte, error) {
		var e events.LambdaFunctionURLRequest
		if err := json.Unmarshal(payload, &e); err == nil && e.Version != "" && e.RequestContext.HTTP.Method != "" {
			return web(ctx, payload)
		}
		return task(ctx, payload)
	}
}

func serve(ctx context.Context, h http.Handler, e events.LambdaFunctionURLRequest) (events.LambdaFunctionURLResponse, error) {
	r, err := request(ctx, e)
	if err != nil {
		return events.LambdaFunctionURLResponse{}, err
	}
	w := &recorder{header: http.Header{}}
	h.ServeHTTP(w, r)
	return w.response(r.Method), nil
}

// request converts the event, in payload format 2.0, to an HTTP request:
// https://docs.aws.amazon.com/lambda/latest/dg/urls-invocation.html
func request(ctx context.Context, e events.LambdaFunctionURLRequest) (*http.Request, error) {
	body := []byte(e.Body)
	if e.IsBase64Encoded {
		decoded, err := base64.StdEncoding.DecodeString(e.Body)
		if err != nil {
			return nil, quarantine.Failf(quarantine.BadRequest, "the event's body is not base64")
		}
		body = decoded
	}
	if iam := e.RequestContext.Authorizer; iam != nil && iam.IAM != nil {
		ctx = approval.WithCaller(ctx, iam.IAM.UserARN)
	}
	address := e.RawPath
	if e.RawQueryString != "" {
		address += "?" + e.RawQueryString
	}
	r, err := http.NewRequestWithContext(ctx, e.RequestContext.HTTP.Method, address, bytes.NewReader(body))
	if err != nil || !strings.HasPrefix(e.RawPath, "/") {
		return nil, quarantine.Failf(quarantine.BadRequest, "the event's method or path is none of HTTP") // without the event's URL, which is a secret
	}
	for name, value := range e.Headers {
		r.Header.Set(name, value)
	}
	if len(e.Cookies) > 0 {
		r.Header.Set("Cookie", strings.Join(e.Cookies, "; "))
	}
	r.Host = r.Header.Get("Host")
	r.Header.Del("Host")
	r.RemoteAddr = net.JoinHostPort(e.RequestContext.HTTP.SourceIP, "0")
	return r, nil
}

// recorder is a ResponseWriter that keeps the response in memory.
type recorder struct {
	header http.Header
	sent   http.Header // copy of header from when the status was written
	code   int
	body   bytes.Buffer
}

// Header returns the response's header.
func (w *recorder) Header() http.Header { return w.header }

// WriteHeader keeps the first status; it ignores informational ones (1xx).
func (w *recorder) WriteHeader(code int) {
	if w.code == 0 && code >= http.StatusOK {
		w.code, w.sent = code, w.header.Clone()
	}
}

// Write appends to the body.
func (w *recorder) Write(b []byte) (int, error) {
	w.WriteHeader(http.StatusOK)
	return w.body.Write(b)
}

func (w *recorder) response(method string) events.LambdaFunctionURLResponse {
	w.WriteHeader(http.StatusOK)
	out := events.LambdaFunctionURLResponse{StatusCode: w.code, Headers: map[string]string{}, Cookies: w.sent.Values("Set-Cookie")}
	for name, values := range w.sent {
		if name != "Set-Cookie" {
			out.Headers[name] = strings.Join(values, ", ")
		}
	}
	switch body := w.body.Bytes(); {
	case method == http.MethodHead:
	case utf8.Valid(body):
		out.Body = string(body)
	default:
		out.Body, out.IsBase64Encoded = base64.StdEncoding.EncodeToString(body), true
	}
	return out
}
