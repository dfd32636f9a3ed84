package slack

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/http"
	"strconv"
	"time"

	"github.com/slack-go/slack"

	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// classify names an error and describes it in this package's own words. It does not
// wrap the error: net/http's errors hold the URL, and a server's answer may repeat
// it.
func classify(ctx context.Context, err error) error {
	if err == nil {
		return nil
	}
	if limited, ok := errors.AsType[*slack.RateLimitedError](err); ok {
		return throttled(limited.RetryAfter)
	}
	if status, ok := errors.AsType[slack.StatusCodeError](err); ok {
		return ofStatus(status.Code)
	}
	if _, ok := errors.AsType[*strconv.NumError](err); ok {
		return throttled(0) // a 429 whose Retry-After is a date, which slack-go does not read
	}
	if ctx.Err() != nil {
		return quarantine.Failf(quarantine.Unavailable, "Slack did not answer before the function's time was up: %w", ctx.Err())
	}
	return quarantine.Failf(quarantine.Unavailable, "Slack could not be reached: %s", reason(err))
}

func throttled(after time.Duration) error {
	hint := "try again later"
	if after > 0 {
		hint = fmt.Sprintf("try again after %s", after)
	}
	return quarantine.Failf(quarantine.Throttled, "Slack takes no more messages for now (status 429): %s", hint)
}

// ofStatus names the error for an HTTP status:
// https://docs.slack.dev/messaging/sending-messages-using-incoming-webhooks#handling_errors
func ofStatus(code int) error {
	name, hint := quarantine.BadRequest, "the webhook does not take this message"
	switch {
	case code == http.StatusTooManyRequests:
		return throttled(0)
	case code >= 500, code == http.StatusRequestTimeout:
		name, hint = quarantine.Unavailable, "try again"
	case code >= 300 && code < 400:
		hint = "it sends us elsewhere, which is not followed: correct the webhook's URL"
	case code == http.StatusUnauthorized, code == http.StatusForbidden:
		name, hint = quarantine.AccessDenied, "the webhook may not post to its channel: ask the workspace's admin, or make a new webhook"
	case code == http.StatusNotFound, code == http.StatusGone:
		name, hint = quarantine.AccessDenied, "the webhook is switched off, or its channel is gone: make a new webhook"
	}
	return quarantine.Failf(name, "Slack answered with status %d: %s", code, hint)
}

// reason describes a connection error by its type.
func reason(err error) string {
	if _, ok := errors.AsType[*net.DNSError](err); ok {
		return "its name cannot be resolved; look at the function's network"
	}
	if _, ok := errors.AsType[*tls.CertificateVerificationError](err); ok {
		return "its certificate is not to be trusted; look for a proxy in the way"
	}
	if e, ok := errors.AsType[net.Error](err); ok && e.Timeout() {
		return "no answer in time; the message may have been posted"
	}
	return "the connection failed; look at the function's network"
}
