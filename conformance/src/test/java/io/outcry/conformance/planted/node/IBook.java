package io.outcry.conformance.planted.node;

/** An interface with a prefix. */
interface IBook {}
