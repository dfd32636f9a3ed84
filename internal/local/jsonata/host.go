package jsonata

import (
	"crypto/md5"
	"crypto/sha1"
	"crypto/sha256"
	"crypto/sha512"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"hash"
	"math"
	"math/rand/v2"
	"sync"

	"github.com/dop251/goja"
)

// host has the Go functions and limits that bridge.js uses.
func (rt *runtime) host() goja.Value {
	vm := rt.vm
	h := vm.NewObject()
	for name, value := range map[string]any{
		"maxSteps": maxSteps, "maxNesting": maxNesting, "maxRange": maxRange, "tooMuch": tooMuch, "tooDeep": tooDeep, "notJSON": notJSON,
		"original": sync.OnceValue(func() goja.Value { return rt.load(original()) }),
		"stop":     func(why string) { rt.stopped = true; vm.Interrupt(why) },
		"has":      func(part string) bool { return rt.env.States != nil && rt.env.States(part) != nil },
		"part":     func(part string) (goja.Value, error) { return rt.value(rt.env.States(part)) },
		"variable": rt.variable,
		"uuid":     func() string { return uuid(rt.env.random) },
		"hash":     digest,
		"random":   rt.random,
	} {
		if err := h.Set(name, value); err != nil {
			panic(err)
		}
	}
	return h
}

func (rt *runtime) variable(name string) (goja.Value, error) {
	if rt.env.Variable != nil {
		if text, ok := rt.env.Variable(name); ok {
			return rt.value(text)
		}
	}
	return goja.Undefined(), nil
}

// random implements $random([seed]): the same seed gives the same number.
func (rt *runtime) random(call goja.FunctionCall) goja.Value {
	seed := call.Argument(0)
	if goja.IsUndefined(seed) {
		return rt.vm.ToValue(rt.env.random())
	}
	bits := math.Float64bits(seed.ToFloat())
	return rt.vm.ToValue(rand.New(rand.NewPCG(bits, bits)).Float64())
}

var algorithms = map[string]func() hash.Hash{
	"MD5": md5.New, "SHA-1": sha1.New, "SHA-256": sha256.New, "SHA-384": sha512.New384, "SHA-512": sha512.New,
}

func digest(text, algorithm string) (string, error) {
	make, ok := algorithms[algorithm]
	if !ok {
		return "", fmt.Errorf("the function \"hash\" knows MD5, SHA-1, SHA-256, SHA-384 and SHA-512, not %q", algorithm)
	}
	h := make()
	h.Write([]byte(text))
	return hex.EncodeToString(h.Sum(nil)), nil
}

// uuid makes a version 4 UUID from the injected source, so that a simulation makes the same ones every time.
func uuid(random func() float64) string {
	var b [16]byte
	for i := 0; i < len(b); i += 4 {
		binary.BigEndian.PutUint32(b[i:], uint32(random()*(1<<32)))
	}
	b[6] = b[6]&0x0f | 0x40
	b[8] = b[8]&0x3f | 0x80
	return fmt.Sprintf("%x-%x-%x-%x-%x", b[:4], b[4:6], b[6:8], b[8:10], b[10:])
}
