package lesson

import (
	"crypto/sha256"
	"encoding/binary"
	"net/url"
	"sort"
	"strconv"
)

// LESSON
