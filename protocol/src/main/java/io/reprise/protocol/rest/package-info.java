/**
 * The REST API over HTTP/1.1: repository names, login, requests, downloads (protocol.md §1, §2, §5). Never the meaning of
 * single calls: callers name paths and parameters.
 */
@NullMarked
package io.reprise.protocol.rest;

import org.jspecify.annotations.NullMarked;
