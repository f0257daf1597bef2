/** The application of the matrix, as an ES module: one route with a parameter, one login. */
import express from 'express';
import { serve } from './serve.cjs';

serve(express);
